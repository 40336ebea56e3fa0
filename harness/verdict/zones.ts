/** What becomes of the server with the hog at rest somewhere: it is well, it is not and nobody is killed, or the hog is killed. */
export const ZONES = ['healthy', 'harmed', 'killed'] as const;
export type Zone = (typeof ZONES)[number];
