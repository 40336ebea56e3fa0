import type { SettledCheck, Sight } from './injection.js';

/** A controller has started its processes by then, also in a guest that is under pressure already. Milliseconds. */
const STARTED_MS = 10_000;

/** Progress is judged over so long at a time. Milliseconds. */
const STUCK_MS = 8_000;

/** One that works between two steps is waited for no longer than this for its next step. Milliseconds. */
const MAX_PAUSE_MS = 90_000;

/** Share of the time in which tasks of its cgroup waited for memory, from which on it stands because of that. */
const STALLED_SHARE = 0.05;

/** How an injection grows. */
interface Ramp {
  readonly startedT: number;
  /** Of the guest; 1 by default. */
  readonly slowness?: number | undefined;
  /** Less than this, in the unit of `size`, does not count as progress. */
  readonly slowestPerMs: number;
  /** How far it is; by its own word where it is not said. */
  readonly size?: (sight: Sight) => number;
  /** Whether it is known to pause and work on what it has: then only one that waits for memory meanwhile is stuck. */
  readonly pauses?: boolean;
}

/**
 * Settled when the injection is under way no more, or when it advances more slowly than it ever could: it is stuck then, which is
 * a finding and not an error.
 */
export function settledOrStuck({
  startedT,
  slowness = 1,
  slowestPerMs,
  size = ({ progress }) => progress?.value ?? 0,
  pauses = false,
}: Ramp): SettledCheck {
  const startT = startedT + slowness * STARTED_MS;
  let seen = { t: startT, moved: 0, stallMs: 0 };
  let advancedT = startT;
  let moved = 0;
  let last = 0;
  return (sight) => {
    if (!isUnderWay(sight)) return true;
    // Down as well: of several processes one was killed, and the others grow on into its room.
    moved += Math.abs(size(sight) - last);
    last = size(sight);
    const passedMs = sight.t - seen.t;
    if (passedMs < slowness * STUCK_MS) return false;
    const hasAdvanced = moved - seen.moved >= (slowestPerMs / slowness) * passedMs;
    const isStalled = (sight.memoryStallMs ?? 0) - seen.stallMs > STALLED_SHARE * passedMs;
    if (hasAdvanced) advancedT = sight.t;
    seen = { t: sight.t, moved, stallMs: sight.memoryStallMs ?? 0 };
    if (hasAdvanced) return false;
    return !pauses || isStalled || sight.t - advancedT >= slowness * MAX_PAUSE_MS;
  };
}

/** One of which nothing was seen is only about to start. */
const isUnderWay = ({ progress }: Sight): boolean =>
  progress === undefined || ['starting', 'ramping', 'asleep'].includes(progress.state);
