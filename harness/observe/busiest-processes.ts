import { cpus } from 'node:os';
import si from 'systeminformation';

/** A process of this host, and how much of its cores it used since the last look. */
export interface BusyProcess {
  readonly name: string;
  readonly pid: number;
  /** 1 is one core. */
  readonly cores: number;
}

/** Less than this is not what keeps a host busy. */
const MIN_CORES = 0.05;

/** Looks at the processes of this host, and returns the busiest since its last call, without ours. */
export type LookAtProcesses = () => Promise<readonly BusyProcess[]>;

/**
 * Begins to look at the processes of this host.
 *
 * @param most how many are returned, the busiest first
 */
export async function startProcessLooks(most: number): Promise<LookAtProcesses> {
  // CPU time is known between two calls. The first only sets the start.
  await si.processes();
  return async () => {
    const { list } = await si.processes();
    const parents = new Map(list.map(({ pid, parentPid }) => [pid, parentPid]));
    return list
      .filter(({ pid }) => !isOurs(pid, parents))
      .map(({ name, pid, cpu }) => ({ name, pid, cores: (cpu / 100) * cpus().length }))
      .filter(({ cores }) => cores >= MIN_CORES)
      .sort((a, b) => b.cores - a.cores)
      .slice(0, most);
  };
}

/** Whether a process is the harness or below it, such as the ps(1) of this look. */
function isOurs(pid: number, parents: ReadonlyMap<number, number>): boolean {
  const seen = new Set<number>();
  for (let at: number | undefined = pid; at !== undefined && !seen.has(at); at = parents.get(at)) {
    if (at === process.pid) return true;
    seen.add(at);
  }
  return false;
}
