import type { SettledCheck, Sight } from './injection.js';

/** A controller has started its processes by then, also in a guest that is under pressure already. Milliseconds. */
const STARTED_MS = 10_000;

/** Progress is judged over so long at a time. Milliseconds. */
const STUCK_MS = 8_000;

/**
 * Settled when the injection is under way no more, or when it advances more slowly than it ever could: it is stuck then, which is
 * a finding and not an error.
 *
 * @param ramp.slowestPerMs less than this, in the unit of `size`, does not count as progress
 * @param ramp.size how far it is; by its own word where it is not said
 */
export function settledOrStuck(ramp: {
  readonly startedT: number;
  /** Of the guest; 1 by default. */
  readonly slowness?: number | undefined;
  readonly slowestPerMs: number;
  readonly size?: (sight: Sight) => number;
}): SettledCheck {
  const { startedT, slowness = 1, slowestPerMs, size = ({ progress }) => progress?.value ?? 0 } = ramp;
  let seen = { t: startedT + slowness * STARTED_MS, size: 0 };
  return (sight) => {
    if (!isUnderWay(sight)) return true;
    const passedMs = sight.t - seen.t;
    if (passedMs < slowness * STUCK_MS) return false;
    const advanced = size(sight) - seen.size;
    seen = { t: sight.t, size: size(sight) };
    return advanced < (slowestPerMs / slowness) * passedMs;
  };
}

/** One of which nothing was seen is only about to start. */
const isUnderWay = ({ progress }: Sight): boolean =>
  progress === undefined || progress.state === 'starting' || progress.state === 'ramping';
