import { readdir, readFile } from 'node:fs/promises';
import { readStatFields } from '../harness/machine/process.js';

/** A process of this host. */
interface Seen {
  readonly command: string;
  readonly parent: number;
  /** Its whole command line. */
  readonly words: string;
}

/** PIDs of processes that run, without this one. */
export async function listProcesses(isWanted: (seen: Seen) => boolean): Promise<number[]> {
  const pids = (await readdir('/proc')).map(Number).filter(Number.isInteger);
  const found = await Promise.all(
    pids.map(async (pid) => {
      const words = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      const command = (await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')).trim();
      const [state, parent] = (await readStatFields(pid)) ?? [];
      const isAlive = state !== undefined && state !== 'Z' && pid !== process.pid;
      return isAlive && isWanted({ command, parent: Number(parent), words }) ? [pid] : [];
    }),
  );
  return found.flat();
}
