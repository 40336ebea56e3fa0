import { parseEarlyoomKill, parseOomdKill } from '../cgroup/killer.js';
import { parseKilledProcess } from '../cgroup/oom-kill.js';
import type { Entry, EntryOf } from '../record/schema.js';
import { entriesOfType } from './entries.js';

/**
 * One process that the kernel's OOM killer or earlyoom killed. `t` in milliseconds on the host's clock; the constraint is the kernel's
 * word, or `earlyoom`.
 */
export type Kill = Pick<EntryOf<'kill'>, 't' | 'pid' | 'comm' | 'constraint'>;

/**
 * Everybody whom the kernel log says was killed, one a process, by time: the victims that the OOM killer chose, and those that
 * `memory.oom.group` took along with them, who have no line of choice; and whom earlyoom says that it killed.
 */
export function killsOf(entries: readonly Entry[]): Kill[] {
  const deaths = entriesOfType(entries, 'journal').flatMap(({ t, unit, message }, index, lines): Kill[] => {
    if (unit === 'earlyoom.service') {
      const told = parseEarlyoomKill(message);
      // With --dryrun it says next that it did not mean it (earlyoom, kill.c, kill_process).
      const next = told && lines.slice(index + 1).find((line) => line.unit === unit);
      return told && !next?.message.startsWith('dryrun,') ? [{ t, ...told, constraint: 'earlyoom' }] : [];
    }
    const killed = unit === 'kernel' ? parseKilledProcess(message) : undefined;
    return killed ? [{ t, ...killed }] : [];
  });
  const byPid = new Map([...deaths, ...entriesOfType(entries, 'kill')].map((kill) => [kill.pid, kill]));
  return [...byPid.values()].sort((a, b) => a.t - b.t);
}

/** The cgroups that systemd-oomd killed, all of their processes at once; paths below the root of the hierarchy. */
export function killedCgroups(entries: readonly Entry[]): { readonly t: number; readonly cgroup: string }[] {
  return entriesOfType(entries, 'journal').flatMap(({ t, unit, message }) => {
    const cgroup = unit === 'systemd-oomd.service' ? parseOomdKill(message) : undefined;
    return cgroup === undefined ? [] : [{ t, cgroup }];
  });
}
