import { type EarlyoomLimits, parseEarlyoomKill, parseEarlyoomLimits } from '../cgroup/killer.js';
import type { JournalLine, Kill } from './kill.js';

const EARLYOOM = 'earlyoom.service';

/**
 * The processes to which earlyoom sent a signal, each once: SIGTERM, or SIGKILL where it did not end in time (earlyoom,
 * kill.c, kill_wait). A signal that a dry run only announced, or that could not be sent, is none.
 */
export function collectEarlyoomKills(lines: readonly JournalLine[]): Kill[] {
  const own = lines.filter(({ unit }) => unit === EARLYOOM);
  const byPid = new Map<number, Kill>();
  let limits: EarlyoomLimits | undefined;
  let last: Kill | undefined;
  for (const [index, { t, message }] of own.entries()) {
    limits = parseEarlyoomLimits(message) ?? limits;
    if (last?.pid != null && message.startsWith('escalating to SIGKILL'))
      byPid.set(last.pid, { ...last, signal: 'SIGKILL' });
    const victim = parseEarlyoomKill(message);
    if (!victim || isNotSent(own[index + 1]?.message)) continue;
    const { pid, comm, signal } = victim;
    const limit = limits ? ({ kind: 'available', ...limits } as const) : null;
    last = { t, victim: comm, pid, killer: 'earlyoom', signal, limit, group: null };
    const known = byPid.get(pid);
    byPid.set(pid, known ? { ...known, signal } : last);
  }
  return [...byPid.values()];
}

/** The next line says that it sent no signal, with --dryrun, or that it could not (earlyoom, kill.c, kill_process). */
const isNotSent = (next = ''): boolean => next.startsWith('dryrun,') || next.startsWith('kill failed:');
