import type { InjectionProgress } from '../record/schema.js';

/** States of a process that has ended: `-` for gone, zombie, dead (proc_pid_stat(5)). */
const DEAD: ReadonlySet<string> = new Set(['-', 'Z', 'X', 'x']);

/** Whether a state letter of /proc/PID/stat, or `-` if there is no such file, is that of a process that has ended. */
export const isDead = (task: string): boolean => DEAD.has(task);

/** Whether an injection has ended, by its own report. */
export const hasEnded = ({ state }: { readonly state: string }): boolean => ENDED.has(state);

const ENDED: ReadonlySet<string> = new Set<InjectionProgress['state']>(['killed', 'exited', 'failed']);
