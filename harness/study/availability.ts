import type { Entry } from '../record/schema.js';
import { entriesOfType, isIn, type Span, watchedUntil } from './entries.js';
import type { Latencies } from './latency.js';
import { type Phases, stressWindow } from './phases.js';

/** What the clients saw. Milliseconds; null where the record does not show it. */
export interface Availability {
  /** The longest time between two full answers that overlaps the stress window (injection to release). */
  readonly longestGapMs: number | null;
  /** When that gap began. */
  readonly longestGapFrom: number | null;
  readonly baselineGapMs: number | null;
  readonly baselineMedianMs: number | null;
  readonly holdMedianMs: number | null;
  /** From the release to the first full answer to a request that was due after it; null if there was none. */
  readonly recoveryMs: number | null;
  /**
   * From the start of a live repair to the first full answer to a request that was due after it; null if there was
   * none.
   */
  readonly repairMs: number | null;
  /** Whether the record has any request: without one, no silence is known. */
  readonly isAsked: boolean;
  /** Whether the last five requests that ended were answered, the last answer recently. */
  readonly answersAtEnd: boolean;
  /** Number of requests in the stress window for each result: `answered`, `timeout`, `refused`, ... */
  readonly requests: Readonly<Record<string, number>>;
}

/**
 * An answer at most this old counts as recent: reading the journal of a guest can delay answers a little. Milliseconds.
 */
const MAX_RECENT_MS = 5_000;

type FullAnswer = { readonly t: number; readonly scheduledT: number };

/** Requests that are still open when the record ends have no entry in it, and count as never answered. */
export function studyAvailability(entries: readonly Entry[], phases: Phases, latencies: Latencies): Availability {
  const probes = entriesOfType(entries, 'probe');
  const answers = probes.filter(({ ok }) => ok).sort((a, b) => a.t - b.t);
  const span = stressWindow(phases);
  const end = watchedUntil(entries);
  const isAsked = probes.length > 0;
  const gap = span && isAsked ? findLongestGap(answers, span, end) : undefined;
  // The release ends when the signal has been sent.
  const releasedT = phases.release?.to;
  const firstSince = (from: number | undefined, until = Number.POSITIVE_INFINITY) => {
    const first = answers.find(({ t, scheduledT }) => from !== undefined && scheduledT >= from && t < until);
    return first && from !== undefined ? first.t - from : null;
  };
  const requests: Record<string, number> = {};
  for (const probe of span ? probes.filter(({ scheduledT }) => isIn(span)({ t: scheduledT })) : []) {
    const result = probe.ok ? 'answered' : (probe.error ?? 'unanswered');
    requests[result] = (requests[result] ?? 0) + 1;
  }
  return {
    longestGapMs: gap?.ms ?? null,
    longestGapFrom: gap?.from ?? null,
    baselineGapMs:
      phases.baseline && isAsked ? (findLongestGap(answers, phases.baseline, phases.baseline.to)?.ms ?? null) : null,
    baselineMedianMs: latencies.baseline?.medianMs ?? null,
    holdMedianMs: latencies.hold?.medianMs ?? null,
    recoveryMs: firstSince(releasedT),
    // An answer that came only after the hogs were gone is not due to the repair.
    repairMs: firstSince(phases.repair?.from, phases.repair?.to),
    isAsked,
    // Requests to a server that hangs are still open and have no entry, so the last answer must also be recent.
    answersAtEnd:
      probes.length >= 5 &&
      probes
        .toSorted((a, b) => a.scheduledT - b.scheduledT)
        .slice(-5)
        .every(({ ok }) => ok) &&
      end - (answers.at(-1)?.t ?? Number.NEGATIVE_INFINITY) <= MAX_RECENT_MS,
    requests,
  };
}

/** The longest gap of each sidecar, milliseconds. */
export function studySidecars(entries: readonly Entry[], span: Span | undefined): Record<string, number> {
  const end = watchedUntil(entries);
  const answersOf = new Map<string, FullAnswer[]>();
  for (const probe of entriesOfType(entries, 'sidecar')) {
    const answers = answersOf.get(probe.unit) ?? [];
    answersOf.set(probe.unit, answers);
    if (probe.ok) answers.push(probe);
  }
  return Object.fromEntries(
    [...answersOf].flatMap(([unit, answers]): [string, number][] => {
      const sorted = answers.sort((a, b) => a.t - b.t);
      const gap = span && findLongestGap(sorted, span, end);
      return gap ? [[unit, gap.ms]] : [];
    }),
  );
}

/**
 * The longest time without a full answer that overlaps the span. The last answer before the span and the first one
 * after it are its bounds, so a silence counts in full if it ends only after the span. Without an answer before, the
 * start of the span counts; without one after, the server was silent for as long as it was watched, until `end`.
 */
export function findLongestGap(
  answers: readonly Pick<FullAnswer, 't'>[],
  span: Span,
  end: number,
): { from: number; ms: number } | undefined {
  const before = answers.findLast(({ t }) => t < span.from)?.t ?? span.from;
  const after = answers.find(({ t }) => t >= span.to)?.t ?? Math.max(end, span.to);
  const times = [before, ...answers.filter(isIn(span)).map(({ t }) => t), after];
  return times
    .slice(1)
    .map((t, index) => ({ from: times[index] ?? t, ms: t - (times[index] ?? t) }))
    .reduce<{ from: number; ms: number } | undefined>(
      (longest, gap) => (longest && longest.ms >= gap.ms ? longest : gap),
      undefined,
    );
}
