/**
 * What a hog of some size does: the server stays healthy, the server is harmed and nothing is killed, or the hog is
 * killed.
 */
export const ZONES = ['healthy', 'harmed', 'killed'] as const;
export type Zone = (typeof ZONES)[number];
