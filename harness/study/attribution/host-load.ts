import type { Entry, EntryOf } from '../../record/schema.js';
import { entriesOfType, largest, type Span } from '../entries.js';

/** What this host was seen to do during a span. Null where the record does not show it. */
export interface HostLoad {
  /** How many of its cores other processes kept busy, on average. */
  readonly othersBusyCores: number | null;
  /** CPU time that its hypervisor took, percent. */
  readonly stealPercent: number | null;
  /** CPU time in which a core was idle and waited for a disk, percent. */
  readonly iowaitPercent: number | null;
  /** The longest stall of the harness itself, milliseconds. */
  readonly harnessStallMs: number | null;
  /**
   * How long the guest's CPUs waited for a core, as a share of the time, over all of them. A quiet guest shows 0.3 to 0.5,
   * because its own threads wait for each other: it proves nothing alone.
   */
  readonly runDelayShare: number | null;
}

const UNKNOWN: HostLoad = {
  othersBusyCores: null,
  stealPercent: null,
  iowaitPercent: null,
  harnessStallMs: null,
  runDelayShare: null,
};

/** An entry tells of the time since the one before it: this long at most, milliseconds. */
const MAX_COVERED_MS = 5_000;

/** Prepares to tell what the host did in any span of a record. */
export function createHostLoadMeter(entries: readonly Entry[]): (span: Span) => HostLoad {
  const covered = entriesOfType(entries, 'host').map((entry, index, all) => {
    const before = all[index - 1];
    return { entry, from: Math.max(before?.t ?? 0, entry.t - MAX_COVERED_MS), to: entry.t };
  });
  return (span) => {
    const within = covered.filter(({ from, to }) => from < span.to && to > span.from);
    if (within.length === 0) return UNKNOWN;
    const average = (read: (entry: EntryOf<'host'>) => number | undefined): number | null => {
      const weighed = within.flatMap(({ entry, from, to }) => {
        const value = read(entry);
        return value === undefined ? [] : [{ value, ms: Math.min(span.to, to) - Math.max(span.from, from) }];
      });
      const ms = weighed.reduce((sum, one) => sum + one.ms, 0);
      return ms <= 0 ? null : weighed.reduce((sum, one) => sum + one.value * one.ms, 0) / ms;
    };
    const delayed = within.flatMap(({ entry: { runDelayMs }, from, to }) =>
      runDelayMs === undefined ? [] : [{ runDelayMs, ms: to - from }],
    );
    const delayedMs = delayed.reduce((sum, { ms }) => sum + ms, 0);
    return {
      othersBusyCores: average(({ othersBusyCores }) => othersBusyCores),
      stealPercent: average(({ stealPercent }) => stealPercent),
      iowaitPercent: average(({ iowaitPercent }) => iowaitPercent),
      harnessStallMs: largest(within.map(({ entry }) => entry.loopStallMs)),
      runDelayShare: delayedMs <= 0 ? null : delayed.reduce((sum, one) => sum + one.runDelayMs, 0) / delayedMs,
    };
  };
}
