import type { Entry } from '../record/schema.js';
import { entriesOfType, isIn, middleValue, type Span, watchedUntil } from './entries.js';
import { type Phases, stressWindow } from './phases.js';

/** What the clients saw. Milliseconds; null where nothing can be said. */
export interface Availability {
  /** The longest time between two full answers that touches the ordeal (injection to release). */
  readonly longestGapMs: number | null;
  /** When that gap began. */
  readonly longestGapFrom: number | null;
  readonly baselineGapMs: number | null;
  readonly baselineMedianMs: number | null;
  readonly holdMedianMs: number | null;
  /** From the SIGKILL to the first full answer to a request that was due after it; null when there was none. */
  readonly recoveryMs: number | null;
  /** From the beginning of a live repair to the first full answer to a request that was due after it; null when there was none. */
  readonly repairMs: number | null;
  /** Whether the last five requests that ended were answered, the last of them lately. */
  readonly answersAtEnd: boolean;
  /** Requests of the ordeal by what became of them: `answered`, `timeout`, `refused`, ... */
  readonly requests: Readonly<Record<string, number>>;
}

/** A server that answered this lately still answers: more than a hiccup of a guest whose journal is being read, milliseconds. */
const LATELY_MS = 5_000;

type FullAnswer = { readonly t: number; readonly scheduledT: number };

/** Requests still open when the record ends were never answered as far as it tells; they have no entry. */
export function studyAvailability(entries: readonly Entry[], phases: Phases): Availability {
  const probes = entriesOfType(entries, 'probe');
  const answers = probes.filter(({ ok }) => ok).sort((a, b) => a.t - b.t);
  const span = stressWindow(phases);
  const end = watchedUntil(entries);
  const gap = span && longestGap(answers, span, end);
  // The release is over when the signal has been sent.
  const releasedT = phases.release?.to;
  const firstSince = (from: number | undefined, until = Number.POSITIVE_INFINITY) => {
    const first = answers.find(({ t, scheduledT }) => from !== undefined && scheduledT >= from && t < until);
    return first && from !== undefined ? first.t - from : null;
  };
  const requests: Record<string, number> = {};
  for (const probe of span ? probes.filter(({ scheduledT }) => isIn(span)({ t: scheduledT })) : []) {
    const what = probe.ok ? 'answered' : (probe.error ?? 'unanswered');
    requests[what] = (requests[what] ?? 0) + 1;
  }
  return {
    longestGapMs: gap?.ms ?? null,
    longestGapFrom: gap?.from ?? null,
    baselineGapMs: phases.baseline ? (longestGap(answers, phases.baseline, phases.baseline.to)?.ms ?? null) : null,
    baselineMedianMs: medianLatency(probes, phases.baseline),
    holdMedianMs: medianLatency(probes, phases.hold),
    recoveryMs: firstSince(releasedT),
    // An answer that came only when the hogs were gone is not the repair's doing.
    repairMs: firstSince(phases.repair?.from, phases.repair?.to),
    // The requests that a server hangs on are still open, and have no entry: the last answer must also be a late one.
    answersAtEnd:
      probes.length >= 5 &&
      probes
        .toSorted((a, b) => a.scheduledT - b.scheduledT)
        .slice(-5)
        .every(({ ok }) => ok) &&
      end - (answers.at(-1)?.t ?? Number.NEGATIVE_INFINITY) <= LATELY_MS,
    requests,
  };
}

/** The longest gap of each unit beside the serving one. */
export function studySidecars(entries: readonly Entry[], span: Span | undefined): Record<string, number> {
  const probes = entriesOfType(entries, 'sidecar');
  const end = watchedUntil(entries);
  return Object.fromEntries(
    [...new Set(probes.map(({ unit }) => unit))].map((unit) => {
      const answers = probes.filter((probe) => probe.unit === unit && probe.ok).sort((a, b) => a.t - b.t);
      return [unit, (span && longestGap(answers, span, end)?.ms) ?? 0];
    }),
  );
}

/**
 * The longest stretch without a full answer that touches the span. The answers around the span bound it: a server that falls
 * silent in the span and speaks again only after it was silent for the whole of it. Where none came before, the span's own
 * edge counts; where none came after, the server was silent for as long as it was watched, until `end`.
 */
export function longestGap(
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

/** Median latency of the requests that were due in a span, from when they were due. One that failed counts as never answered. */
function medianLatency(
  probes: readonly { t: number; scheduledT: number; ok: boolean }[],
  span: Span | undefined,
): number | null {
  if (!span) return null;
  const due = probes.filter(({ scheduledT }) => isIn(span)({ t: scheduledT }));
  const latency = middleValue(due.map(({ ok, t, scheduledT }) => (ok ? t - scheduledT : Number.POSITIVE_INFINITY)));
  return latency !== null && Number.isFinite(latency) ? latency : null;
}
