import { parseOomdKill } from '../cgroup/killer.js';
import type { JournalLine, Kill } from './kill.js';

/**
 * The cgroups that systemd-oomd killed, each with all of its processes. Where its own line is missing, the one that
 * systemd logs of the unit still names the victim (systemd, src/core/unit.c, unit_check_oomd_kill).
 */
export function collectOomdKills(lines: readonly JournalLine[]): Kill[] {
  const kills: Kill[] = [];
  const ended: Kill[] = [];
  for (const { t, unit, message } of lines) {
    const killed = unit === 'systemd-oomd.service' ? parseOomdKill(message) : undefined;
    if (killed) kills.push(oomdKill(t, killed.cgroup, killed.reason));
    const name = parseUnitLine(message, /: systemd-oomd killed \d+ process\(es\) in this unit\.$/);
    if (name !== undefined) ended.push(oomdKill(t, name, null));
  }
  // Either of both lines may come first.
  const unnamed = ended.filter((one) => !kills.some(({ victim }) => isLastPart(victim, one.victim)));
  return [...kills, ...unnamed].sort((a, b) => a.t - b.t);
}

const oomdKill = (t: number, victim: string, limit: Kill['limit']): Kill => ({
  t,
  victim,
  pid: null,
  killer: 'systemd-oomd',
  signal: 'SIGKILL',
  limit,
  group: null,
});

const isLastPart = (path: string, name: string): boolean => path === name || path.endsWith(`/${name}`);

/**
 * The units that systemd ended because the kernel had killed one of their processes: `OOMPolicy=stop` or `kill`
 * (systemd.service(5)). Which of the two, the line does not say.
 */
export function collectStoppedUnits(lines: readonly JournalLine[]): Kill[] {
  const kills = new Map<string, Kill>();
  for (const { t, message } of lines) {
    const unit = parseUnitLine(message, /: Failed with result 'oom-kill'\.$/);
    if (unit === undefined || kills.has(unit)) continue;
    const limit = { kind: 'oom-policy', unit } as const;
    kills.set(unit, { t, victim: unit, pid: null, killer: 'systemd', signal: null, limit, group: null });
  }
  return [...kills.values()];
}

/** The unit that a line of systemd is about. In the journal, a unit of a user's manager is not the line's own. */
function parseUnitLine(message: string, end: RegExp): string | undefined {
  const at = message.search(end);
  const unit = at > 0 ? message.slice(0, at) : '';
  return /^\S+\.(?:service|scope|slice|socket)$/.test(unit) ? unit : undefined;
}
