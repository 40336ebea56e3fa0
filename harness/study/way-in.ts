import type { Entry, EntryOf } from '../record/schema.js';
import { findLongestGap } from './availability.js';
import { entriesOfType, isIn, type Span, watchedUntil } from './entries.js';

/** What came of the logins through the guest's own sshd, and what they cost the guest. */
export interface WayIn {
  /** The longest time without a successful login that overlaps the stress window, milliseconds; null where it is not known. */
  readonly longestGapMs: number | null;
  /** Attempts of the stress window that have ended, and those of them that came through. */
  readonly tried: number;
  readonly succeeded: number;
  /** CPU time that an attempt cost the guest, on average over the whole drill, milliseconds; null where it is not known. */
  readonly cpuMsPerLogin: number | null;
  /** The same for all attempts, percent of one of its CPUs. */
  readonly cpuPercent: number | null;
}

type Login = EntryOf<'login'>;

/** Studies the logins of a drill; null where none was tried. */
export function studyWayIn(entries: readonly Entry[], span: Span | undefined): WayIn | null {
  const logins = entriesOfType(entries, 'login');
  if (logins.length === 0) return null;
  const through = logins.filter(({ ok }) => ok).sort((a, b) => a.t - b.t);
  const stressed = span ? logins.filter(({ scheduledT }) => isIn(span)({ t: scheduledT })) : [];
  return {
    longestGapMs: (span && findLongestGap(through, span, watchedUntil(entries))?.ms) ?? null,
    tried: stressed.length,
    succeeded: stressed.filter(({ ok }) => ok).length,
    ...studyCost(logins, through),
  };
}

/** By what the kernel counted from the first successful login to the last, for all that were tried in between. */
function studyCost(logins: readonly Login[], through: readonly Login[]): Pick<WayIn, 'cpuMsPerLogin' | 'cpuPercent'> {
  const counted = through.filter(({ cpuUs }) => cpuUs !== undefined);
  const [first, last] = [counted[0], counted.at(-1)];
  if (!first || !last || first === last) return { cpuMsPerLogin: null, cpuPercent: null };
  const cpuMs = (['sshd', 'sessions', 'logind'] as const).reduce((sum, part) => sum + riseOf(counted, part), 0) / 1e3;
  const tried = logins.filter(({ t }) => t > first.t && t <= last.t).length;
  return { cpuMsPerLogin: cpuMs / tried, cpuPercent: (100 * cpuMs) / (last.t - first.t) };
}

/** How far a counter rose. One that fell is that of a new cgroup: a user's slice is gone some time after the last logout. */
function riseOf(logins: readonly Login[], part: keyof NonNullable<Login['cpuUs']>): number {
  const values = logins.flatMap(({ cpuUs }) => cpuUs?.[part] ?? []);
  return values.slice(1).reduce((sum, value, index) => {
    const before = values[index] ?? value;
    return sum + (value >= before ? value - before : value);
  }, 0);
}
