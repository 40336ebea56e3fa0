import { isInUnit } from '../cgroup-path.js';
import type { LoggedKill } from './logged-kill.js';
import type { Statement } from './statement.js';
import { isAfter } from './time.js';

/** What the parts of a log say together of what became of a unit. */
interface Log {
  readonly kills: readonly LoggedKill[];
  readonly statements: readonly Statement[];
}

/**
 * What shows that a unit or a container ended for an OOM kill: it is said, or its main process ended by SIGKILL, and an
 * OOM killer killed in it. SIGKILL alone has many origins.
 */
export function findStopped({ kills, statements }: Log): Statement[] {
  const isKilledIn = (unit: string) =>
    kills.some(({ victimCgroup }) => victimCgroup !== undefined && isInUnit(victimCgroup, unit)) ||
    statements.some(({ shows, subject }) => shows === 'oom-kill' && subject === unit);
  return [
    ...statements.filter(({ shows }) => shows === 'stopped'),
    ...statements.filter(({ shows, subject }) => shows === 'sigkill' && subject !== undefined && isKilledIn(subject)),
  ];
}

/**
 * Says what makes it probable that a unit ended for a kill: something ended by SIGKILL, and the log does not name the
 * victim's cgroup; or systemd started the unit again.
 */
export function findProbablyStopped({ kills, statements }: Log): string | undefined {
  const ended = statements.find(({ shows }) => shows === 'sigkill');
  if (ended && kills.some(({ victimCgroup }) => victimCgroup === undefined))
    return `${ended.text} The log does not name the cgroup of the kernel's victim: that both are the same kill is probable, and not certain.`;
  const restarted = statements.find(
    ({ shows, restarts = 0, oomPolicy }) => shows === 'alive' && restarts > 0 && oomPolicy !== 'continue',
  );
  if (!restarted || isElsewhere(kills, restarted.subject)) return undefined;
  return `${restarted.text} That it was started again because of the kill is probable, and not certain.`;
}

const isElsewhere = (kills: readonly LoggedKill[], unit: string | undefined): boolean =>
  kills.some(({ victimCgroup }) => victimCgroup !== undefined && unit !== undefined && !isInUnit(victimCgroup, unit));

/**
 * Why the rest of a unit outlived a kill in it: its main process runs on, by two readings, or because systemd leaves the
 * unit alone (`OOMPolicy=continue`), never restarted it, and the kernel killed another process. Undefined if that is open.
 */
export function findContained({ kills, statements }: Log): string | undefined {
  const alive = statements.filter(({ shows }) => shows === 'alive');
  for (const [index, { subject, mainPid, oomPolicy, restarts = 0 }] of alive.entries()) {
    if (isElsewhere(kills, subject) || mainPid === undefined || kills.some(({ pid }) => pid === mainPid)) continue;
    const unit = subject ?? 'the unit';
    const isSame = alive.slice(0, index).some((before) => before.subject === subject && before.mainPid === mainPid);
    if (isSame) return `The main process of ${unit} is the same before and after (PID ${mainPid}).`;
    if (oomPolicy === 'continue' && restarts === 0)
      return `The main process of ${unit} (PID ${mainPid}) was not killed and runs on: OOMPolicy=continue, and no restart.`;
  }
  return undefined;
}

/** Why a unit outlived the kills in it: it runs since before them. Undefined if that is open. */
export function findOutlived({ kills, statements }: Log): string | undefined {
  if (kills.some(({ victimCgroup }) => victimCgroup === undefined)) return undefined;
  for (const { shows, subject, at: since } of statements) {
    if (shows !== 'alive' || subject === undefined || since === undefined || isElsewhere(kills, subject)) continue;
    const said = statements.filter((each) => each.shows === 'oom-kill' && each.subject === subject);
    const times = [...kills, ...said].map(({ at }) => at);
    const last = times.at(-1);
    if (last !== undefined && times.every((at) => isAfter(at, since)))
      return `${subject} is active since ${since}: it outlived the kill of ${last}.`;
  }
  return undefined;
}
