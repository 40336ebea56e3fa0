import { parseEarlyoomKill, parseOomdKill } from '../cgroup/killer.js';
import { parseKilledProcess } from '../cgroup/oom-kill.js';
import type { Entry, EntryOf } from '../record/schema.js';
import { entriesOfType } from './entries.js';

const EARLYOOM = 'earlyoom.service';

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
  const lines = entriesOfType(entries, 'journal');
  const dryRuns = findDryRuns(lines);
  const deaths = lines.flatMap((line): Kill[] => {
    const { t, unit, message } = line;
    if (unit === EARLYOOM) {
      const victim = dryRuns.has(line) ? undefined : parseEarlyoomKill(message);
      return victim ? [{ t, ...victim, constraint: 'earlyoom' }] : [];
    }
    const killed = unit === 'kernel' ? parseKilledProcess(message) : undefined;
    return killed ? [{ t, ...killed }] : [];
  });
  const byPid = new Map([...deaths, ...entriesOfType(entries, 'kill')].map((kill) => [kill.pid, kill]));
  return [...byPid.values()].sort((a, b) => a.t - b.t);
}

/** With --dryrun, earlyoom's next line says that it sent no signal (earlyoom, kill.c, kill_process). */
function findDryRuns(lines: readonly EntryOf<'journal'>[]): ReadonlySet<EntryOf<'journal'>> {
  const own = lines.filter(({ unit }) => unit === EARLYOOM);
  return new Set(own.filter((_, index) => own[index + 1]?.message.startsWith('dryrun,')));
}

/** The cgroups that systemd-oomd killed, with all of their processes at once; paths below the root of the hierarchy. */
export function collectKilledCgroups(entries: readonly Entry[]): { readonly t: number; readonly cgroup: string }[] {
  return entriesOfType(entries, 'journal').flatMap(({ t, unit, message }) => {
    const cgroup = unit === 'systemd-oomd.service' ? parseOomdKill(message) : undefined;
    return cgroup === undefined ? [] : [{ t, cgroup }];
  });
}
