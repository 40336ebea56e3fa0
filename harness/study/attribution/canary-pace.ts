import type { EntryOf } from '../../record/schema.js';
import { isIn, middleValue, type Span } from '../entries.js';

/**
 * The share of a canary's answers that is as fast as the guest can be: on an idle host its median takes 1.4 times as long,
 * next to ten runnable processes on two cores five times as long.
 */
const FASTEST = 0.02;

/**
 * Prepares to tell how much longer than its fastest the canary took in a span, as a factor: what gives it less of a CPU
 * gives the server less as well. Null where none of its requests were due in the span.
 */
export function createPaceMeter(asked: readonly EntryOf<'canary'>[]): (span: Span) => number | null {
  const waits = asked.map(({ ok, t, scheduledT }) => ({
    t: scheduledT,
    ms: ok ? t - scheduledT : Number.POSITIVE_INFINITY,
  }));
  const sorted = waits.map(({ ms }) => ms).sort((a, b) => a - b);
  const fastest = sorted[Math.floor(sorted.length * FASTEST)];
  return (span) => {
    const median = middleValue(waits.filter(isIn(span)).map(({ ms }) => ms));
    return median === null || !fastest || !Number.isFinite(fastest) ? null : median / fastest;
  };
}
