import { parseKilledProcess } from '../cgroup/oom-kill.js';
import type { Entry, EntryOf } from '../record/schema.js';
import { only } from './entries.js';

/** One process that the kernel's OOM killer killed. `t` in milliseconds on the host's clock. */
export type Kill = Pick<EntryOf<'kill'>, 't' | 'pid' | 'comm' | 'constraint'>;

/**
 * Everybody whom the kernel log says was killed, one a process, by time: the victims that the OOM killer chose, and those that
 * `memory.oom.group` took along with them, who have no line of choice.
 */
export function killsOf(entries: readonly Entry[]): Kill[] {
  const deaths = only(entries, 'journal').flatMap(({ t, unit, message }): Kill[] => {
    const killed = unit === 'kernel' ? parseKilledProcess(message) : undefined;
    return killed ? [{ t, ...killed }] : [];
  });
  const byPid = new Map([...deaths, ...only(entries, 'kill')].map((kill) => [kill.pid, kill]));
  return [...byPid.values()].sort((a, b) => a.t - b.t);
}
