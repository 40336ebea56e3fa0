/** The host's monotonic clock, counted from its start. All times of a record come from one such clock. */
export interface Clock {
  /** Milliseconds since the start. */
  now(): number;
  /** The host's wall clock at the start, milliseconds since the epoch. */
  readonly startedAtMs: number;
}

/** Starts a clock at zero. */
export function startClock(): Clock {
  const origin = performance.now();
  return { now: () => performance.now() - origin, startedAtMs: Date.now() };
}

/** The result of `work`, and how long it took in milliseconds. */
export async function measureTime<T>(work: () => Promise<T>): Promise<{ value: T; ms: number }> {
  const clock = startClock();
  const value = await work();
  return { value, ms: clock.now() };
}

/** Writes a duration for people: `0.22 s`, `59.6 s`. */
export const formatSeconds = (ms: number): string => `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`;
