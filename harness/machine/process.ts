import { readFile } from 'node:fs/promises';
import { messageOf } from '../core/errors.js';

/** A process, distinguished from a later one of the same PID by its start time (field 22 of /proc/PID/stat, proc_pid_stat(5)). */
export interface ProcessIdentity {
  readonly pid: number;
  readonly startTicks: string;
}

/** The identity of a live process, or undefined when there is none of that PID. */
export async function identify(pid: number): Promise<ProcessIdentity | undefined> {
  const fields = await readStatFields(pid);
  const startTicks = fields?.[19];
  return startTicks === undefined || fields?.[0] === 'Z' ? undefined : { pid, startTicks };
}

/** Fields of /proc/PID/stat from the third on, the state (proc_pid_stat(5)); undefined when there is no process of that PID. */
export async function readStatFields(pid: number): Promise<readonly string[] | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    // comm may hold spaces and parentheses: fields are counted from behind the last one.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch (thrown) {
    if (/ENOENT|ESRCH/.test(messageOf(thrown))) return undefined;
    throw thrown;
  }
}

/** Whether that very process still runs. */
export async function isAlive(identity: ProcessIdentity): Promise<boolean> {
  return (await identify(identity.pid))?.startTicks === identity.startTicks;
}
