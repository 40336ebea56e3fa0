import { createHistogram } from 'node:perf_hooks';
import type { Entry, EntryOf, Header } from '../record/schema.js';
import { entriesOfType, isIn, largest, type Span, watchedUntil } from './entries.js';
import type { Phases } from './phases.js';
import { computeOrigin, MAX_LATE_MS } from './probing.js';

/** The phases of which the time to an answer is reported. */
export const LATENCY_PHASES = ['baseline', 'hold', 'recovery'] as const;

/** The percentiles that are reported. */
export const PERCENTILES = [50, 90, 99] as const;

/** Upper bounds of the buckets, milliseconds: from a healthy server under emulation to the timeout of a request. */
const BUCKET_BOUNDS_MS = [10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 20_000, 30_000] as const;

/** With fewer requests beyond it, a percentile is the luck of a few. */
export const MIN_BEYOND = 10;

/** A request that was still open when the prober ended counts only if it had waited for so long. Milliseconds. */
const IN_FLIGHT_MS = 1_000;

/**
 * The time within which a share of the requests was answered. `no-answer`: it falls among those that never were.
 * `too-few`: fewer than `MIN_BEYOND` requests are beyond it. `ms` is null in both cases.
 */
export interface Percentile {
  readonly state: 'measured' | 'no-answer' | 'too-few';
  readonly ms: number | null;
  /** How many requests took longer than this one, or had no answer. */
  readonly beyond: number;
}

/** How long the requests that were due in one phase took. Counts, milliseconds. */
export interface Latency {
  readonly requests: number;
  readonly answered: number;
  readonly p50: Percentile;
  readonly p90: Percentile;
  readonly p99: Percentile;
  /** The middle request, however few there were: what the bound of `degraded` is about. Null where it had no answer. */
  readonly medianMs: number | null;
  /** The slowest answer; null where a request had none. */
  readonly worstMs: number | null;
  /** The sum of the times to the answers. */
  readonly sumMs: number;
  /** How many were answered within each of `BUCKET_BOUNDS_MS`, those of the smaller bounds included. */
  readonly buckets: { withinMs: number; answered: number }[];
}

/** By phase; null where nothing was due in it. */
export type Latencies = Readonly<Record<(typeof LATENCY_PHASES)[number], Latency | null>>;

/** Measures the requests of each phase, from when they were due. */
export function studyLatencies(entries: readonly Entry[], phases: Phases, { probe }: Pick<Header, 'probe'>): Latencies {
  const probes = entriesOfType(entries, 'probe');
  const open = findStillOpen(probes, probe, watchedUntil(entries));
  const measure = (span: Span | undefined) => (span ? measureSpan(probes, open, span) : null);
  return { baseline: measure(phases.baseline), hold: measure(phases.hold), recovery: measure(phases.recovery) };
}

/**
 * When the requests were due that still waited for an answer when the prober ended, which writes nothing of them. What must have
 * ended before, and is not in the record either, was lost by the harness: it is not known to have had no answer.
 */
function findStillOpen(
  probes: readonly EntryOf<'probe'>[],
  { intervalMs, timeoutMs }: Header['probe'],
  end: number,
): number[] {
  const origin = computeOrigin(probes, intervalMs);
  if (origin === null) return [];
  const ended = new Set(probes.map(({ id }) => id));
  const lastT = probes.reduce((last, { t }) => Math.max(last, t), 0);
  const first = Math.max(0, Math.ceil((end - timeoutMs - MAX_LATE_MS - origin) / intervalMs));
  const past = Math.floor((lastT - IN_FLIGHT_MS - origin) / intervalMs) + 1;
  return Array.from({ length: Math.max(0, past - first) }, (_, index) => first + index)
    .filter((id) => !ended.has(id))
    .map((id) => origin + id * intervalMs);
}

function measureSpan(probes: readonly EntryOf<'probe'>[], open: readonly number[], span: Span): Latency | null {
  const isDue = ({ scheduledT }: { scheduledT: number }) => isIn(span)({ t: scheduledT });
  const due = probes.filter(isDue);
  const requests = due.length + open.filter((scheduledT) => isDue({ scheduledT })).length;
  if (requests === 0) return null;
  return summarizeLatencies(
    due.filter(({ ok }) => ok).map(({ t, scheduledT }) => t - scheduledT),
    requests,
  );
}

/** Hundredths of a millisecond: finer than any event loop. */
const UNITS_PER_MS = 100;

/**
 * Node's own HdrHistogram, which is the C library: it is a part of every Node that we run on, kept with it, and needs no
 * package; its port, hdr-histogram-js, brings three. Five digits: a value below 2.6 s is kept to the unit, any other to
 * 0.001 %.
 */
const createHdr = (highest: number) => createHistogram({ lowest: 1, highest: Math.max(2, highest), figures: 5 });

/**
 * @param latencies of the requests that were answered, milliseconds
 * @param requests how many there were in all, at least one. Those that had no answer are in no bucket: they are beyond all
 */
export function summarizeLatencies(latencies: readonly number[], requests: number): Latency {
  const units = latencies.map((ms) => Math.max(1, Math.round(ms * UNITS_PER_MS)));
  const histogram = createHdr(largest(units) ?? 0);
  for (const value of units) histogram.record(value);
  const answered = latencies.length;
  // The library takes a share of what it holds, and rounds it to a rank: from a quarter below the rank it finds the rank itself.
  const atRank = (rank: number) =>
    rank > answered ? null : histogram.percentile((100 * (rank - 0.25)) / answered) / UNITS_PER_MS;
  const percentile = (percent: number): Percentile =>
    classify(atRank(rankOf(percent, requests)), requests - rankOf(percent, requests), requests - answered);
  return {
    requests,
    answered,
    p50: percentile(50),
    p90: percentile(90),
    p99: percentile(99),
    medianMs: atRank(rankOf(50, requests)),
    worstMs: atRank(requests),
    sumMs: latencies.reduce((sum, ms) => sum + ms, 0),
    buckets: BUCKET_BOUNDS_MS.map((withinMs) => ({
      withinMs,
      answered: latencies.filter((ms) => ms <= withinMs).length,
    })),
  };
}

/** The rank of a percentile, from 1: more than its share of the requests are not beyond it, so of two middle ones the upper. */
const rankOf = (percent: number, requests: number): number => Math.floor((percent * requests) / 100) + 1;

/** Where more than ten had no answer, that is not the luck of a few, however far out the percentile is. */
function classify(ms: number | null, beyond: number, unanswered: number): Percentile {
  if (ms === null && unanswered > MIN_BEYOND) return { state: 'no-answer', ms: null, beyond };
  return beyond < MIN_BEYOND ? { state: 'too-few', ms: null, beyond } : { state: 'measured', ms, beyond };
}
