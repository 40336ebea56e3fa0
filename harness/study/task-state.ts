import type { HogState } from '../record/schema.js';

/** States of a process that is no more: gone, zombie, dead (proc_pid_stat(5)). */
const DEAD: ReadonlySet<string> = new Set(['-', 'Z', 'X', 'x']);

/** Whether a state letter of /proc/PID/stat, or `-` for no such file, is that of a process that is no more. */
export const isDead = (task: string): boolean => DEAD.has(task);

/** Whether a hog's controller says that its hog is over. */
export const hasEnded = ({ state }: HogState): boolean => ENDED.has(state);

const ENDED: ReadonlySet<HogState['state']> = new Set(['killed', 'exited', 'failed']);
