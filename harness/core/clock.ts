/** The host's monotonic clock, counted from the moment it was started. All times of a record come from one of these. */
export interface Clock {
  /** Milliseconds since the start. */
  now(): number;
  /** Wall clock of the host at the start, milliseconds since the epoch. */
  readonly startedAtMs: number;
}

/** Starts a clock at zero. */
export function startClock(): Clock {
  const origin = performance.now();
  return { now: () => performance.now() - origin, startedAtMs: Date.now() };
}

/** Milliseconds that `work` took, beside what it gave. */
export async function measureTime<T>(work: () => Promise<T>): Promise<{ value: T; ms: number }> {
  const clock = startClock();
  const value = await work();
  return { value, ms: clock.now() };
}

/** A span as people read it: `0.22 s`, `59.6 s`. */
export const formatSeconds = (ms: number): string => `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`;
