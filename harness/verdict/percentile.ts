import { formatSeconds } from '../core/clock.js';
import { formatCount } from '../core/count.js';
import { type Latency, MIN_BEYOND, type PERCENTILES, type Percentile } from '../study/latency.js';

/**
 * Whether a percentile of the hold is past the bound that the claim sets for it. One that is not known is.
 *
 * @param withinMs milliseconds
 * @returns a sentence; null where it is within the bound
 */
export function describeSlow(
  percent: (typeof PERCENTILES)[number],
  hold: Latency | null,
  withinMs: number,
): string | null {
  const claim = `${percent} % of the requests of the hold should have been answered within ${formatSeconds(withinMs)}`;
  if (hold === null) return `${claim}, but it is not known when they were.`;
  const found = hold[`p${percent}`];
  return found.ms !== null && found.ms <= withinMs ? null : `${claim}, but ${describeMiss(found, hold)}.`;
}

function describeMiss({ state, ms, beyond }: Percentile, { requests, answered }: Latency): string {
  if (ms !== null) return `that took ${formatSeconds(ms)}`;
  if (state === 'no-answer') return `${formatCount(requests - answered)} of ${formatCount(requests)} had no answer`;
  return `${formatCount(requests)} are too few to tell: only ${formatCount(beyond)} are beyond that share, and it takes ${MIN_BEYOND}`;
}
