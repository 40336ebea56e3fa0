import type { Readings } from '../counter.js';
import { type Span, smallest } from '../entries.js';
import { lengthOf } from './silences.js';

/**
 * How far a counter rose between the readings that enclose a span; where the span begins or ends outside of all
 * readings, the nearest one counts. Null without two readings.
 */
export function riseIn({ times, values }: Readings, span: Span): number | null {
  const first = Math.max(0, indexAfter(times, span.from) - 1);
  const last = Math.min(times.length - 1, indexFrom(times, span.to));
  const [from, to] = [values[first], values[last]];
  if (from === undefined || to === undefined || last <= first) return null;
  return to - from;
}

/** The smallest of the readings that enclose a span, and of those between them; null without a reading. */
export function leastIn({ times, values }: Readings, span: Span): number | null {
  const first = Math.max(0, indexAfter(times, span.from) - 1);
  return smallest(values.slice(first, indexFrom(times, span.to) + 1));
}

/** The share of a span that a total of microseconds rose by, from 0 to 1; null where it is unknown. */
export function shareIn(counter: Readings, span: Span): number | null {
  const us = riseIn(counter, span);
  return us === null || lengthOf(span) <= 0 ? null : Math.min(1, us / 1e3 / lengthOf(span));
}

/** The longest time without a reading in a span, milliseconds; a span without any reading is one. */
export function longestUnreadMs({ times }: Readings, { from, to }: Span): number {
  let longest = 0;
  let last = from;
  for (let index = indexFrom(times, from); index < times.length; index++) {
    const t = times[index] ?? to;
    if (t >= to) break;
    longest = Math.max(longest, t - last);
    last = t;
  }
  return Math.max(longest, to - last);
}

/** The index of the first time that is not before `t`. */
const indexFrom = (times: readonly number[], t: number): number => findIndex(times, (time) => time >= t);

/** The index of the first time that is after `t`. */
const indexAfter = (times: readonly number[], t: number): number => findIndex(times, (time) => time > t);

/** By bisection, because a record may have many samples and many silences. */
function findIndex(times: readonly number[], isPast: (time: number) => boolean): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isPast(times[middle] ?? 0)) high = middle;
    else low = middle + 1;
  }
  return low;
}
