import type { Header } from './schema.js';

/** The honest requests that were asked for in addition to those of the prober. */
export type Load = NonNullable<Header['load']>;

/** Whether its rate rises. */
export const isRamp = ({ from, to }: Pick<Load, 'from' | 'to'>): boolean => from !== to;

/**
 * The rate that is asked for at a time, requests a second.
 *
 * @param injectedMs milliseconds since the injection began; negative before it
 */
export function rateAt({ from, to, rampMs }: Load, injectedMs: number): number {
  if (rampMs === 0) return injectedMs < 0 ? from : to;
  return from + (to - from) * Math.min(1, Math.max(0, injectedMs / rampMs));
}

/**
 * How many requests were asked for in a span.
 *
 * @param span milliseconds since the injection began
 */
export function requestsIn(load: Load, { from, to }: { readonly from: number; readonly to: number }): number {
  // The rate is a line between these: what is below it is a trapezium.
  const inside = [0, load.rampMs].filter((t) => t > from && t < to);
  const times = [from, ...inside, to];
  return times.slice(1).reduce((sum, end, index) => {
    const start = times[index] ?? end;
    return sum + ((end - start) / 1e3) * rateAt(load, (start + end) / 2);
  }, 0);
}

/** In words: `20 requests a second`, `5 requests a second that rise to 50`. */
export const describeLoad = ({ from, to }: Pick<Load, 'from' | 'to'>): string =>
  `${from} ${from === 1 ? 'request' : 'requests'} a second${from === to ? '' : ` that rise to ${to}`}`;
