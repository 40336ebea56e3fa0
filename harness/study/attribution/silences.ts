import type { Span } from '../entries.js';

/** A moment at which clients got a full answer. */
type Answer = { readonly t: number };

/**
 * Every time without a full answer that overlaps a span and is longer than a floor, the longest first. As in the longest
 * gap, a silence counts in full where it began before the span or ends after it; one that never ended lasts as long as
 * the server was watched.
 *
 * @param answers by time
 * @param watchedUntil when watching ended, milliseconds
 * @param floorMs silences up to this length are what a schedule of requests has between two answers
 */
export function findSilences(answers: readonly Answer[], span: Span, watchedUntil: number, floorMs: number): Span[] {
  const moments: number[] = [];
  let before = span.from;
  let after: number | undefined;
  for (const { t } of answers) {
    if (t < span.from) before = t;
    else if (t < span.to) moments.push(t);
    else {
      after = t;
      break;
    }
  }
  const times = [before, ...moments, after ?? Math.max(watchedUntil, span.to)];
  return times
    .slice(1)
    .map((to, index) => ({ from: times[index] ?? to, to }))
    .filter(({ from, to }) => to - from > floorMs)
    .sort((a, b) => lengthOf(b) - lengthOf(a));
}

/** The length of a span, milliseconds. */
export const lengthOf = ({ from, to }: Span): number => to - from;

/** How much of a span lies in any of the others, which do not overlap each other. Milliseconds. */
export function overlapMs({ from, to }: Span, others: readonly Span[]): number {
  return others.reduce((sum, other) => sum + Math.max(0, Math.min(to, other.to) - Math.max(from, other.from)), 0);
}
