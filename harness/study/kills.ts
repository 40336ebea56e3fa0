import { parseEarlyoomKill, parseOomdKill } from '../cgroup/killer.js';
import { parseKilledProcess } from '../cgroup/oom-kill.js';
import type { Entry, EntryOf } from '../record/schema.js';
import { entriesOfType } from './entries.js';

/**
 * One process that the kernel's OOM killer or earlyoom killed. `t` is in milliseconds on the host's clock; the
 * constraint is the one in the kernel's log, or `earlyoom`.
 */
export type Kill = Pick<EntryOf<'kill'>, 't' | 'pid' | 'comm' | 'constraint'>;

/**
 * All processes that the kernel and earlyoom logged as killed, by time. The kernel logs the victims that the OOM killer
 * chose, and those that `memory.oom.group` killed with them, which were not chosen and have only the line of the kill.
 */
export function collectKills(entries: readonly Entry[]): Kill[] {
  const deaths = entriesOfType(entries, 'journal').flatMap(({ t, unit, message }, index, lines): Kill[] => {
    if (unit === 'earlyoom.service') {
      const victim = parseEarlyoomKill(message);
      // With --dryrun its next line says that it sent no signal (earlyoom, kill.c, kill_process).
      const next = victim && lines.slice(index + 1).find((line) => line.unit === unit);
      return victim && !next?.message.startsWith('dryrun,') ? [{ t, ...victim, constraint: 'earlyoom' }] : [];
    }
    const killed = unit === 'kernel' ? parseKilledProcess(message) : undefined;
    return killed ? [{ t, ...killed }] : [];
  });
  const byPid = new Map([...deaths, ...entriesOfType(entries, 'kill')].map((kill) => [kill.pid, kill]));
  return [...byPid.values()].sort((a, b) => a.t - b.t);
}

/** The cgroups that systemd-oomd killed, with all of their processes at once; paths below the root of the hierarchy. */
export function collectKilledCgroups(entries: readonly Entry[]): { readonly t: number; readonly cgroup: string }[] {
  return entriesOfType(entries, 'journal').flatMap(({ t, unit, message }) => {
    const cgroup = unit === 'systemd-oomd.service' ? parseOomdKill(message) : undefined;
    return cgroup === undefined ? [] : [{ t, cgroup }];
  });
}
