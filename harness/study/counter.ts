import type { EntryOf } from '../record/schema.js';

type Sample = Pick<EntryOf<'sample'>, 't' | 'guestMonotonicMs'>;

/** A figure of the guest over time. Only some samples have it. */
export interface Readings {
  readonly times: readonly number[];
  readonly values: readonly number[];
}

/**
 * Takes one figure out of the samples.
 *
 * @param samples by time
 */
export function readingsOf<S extends Sample>(samples: readonly S[], read: (sample: S) => number | undefined): Readings {
  const times: number[] = [];
  const values: number[] = [];
  for (const sample of samples) {
    const value = read(sample);
    if (value === undefined) continue;
    times.push(sample.t);
    values.push(value);
  }
  return { times, values };
}

/**
 * Takes one counter out of the samples, without those that came late. The counter of a new cgroup, as of a restarted unit, begins
 * from zero: what the one before it had counted when it was last read stays counted. A new one that has counted as much as that
 * when it is first read looks like the old one.
 *
 * @param samples by time
 */
export function counterOf<S extends Sample>(samples: readonly S[], read: (sample: S) => number | undefined): Readings {
  let clock = Number.NEGATIVE_INFINITY;
  let before = 0;
  let last = 0;
  return readingsOf(samples, (sample) => {
    const value = read(sample);
    if (value === undefined || sample.guestMonotonicMs < clock) return undefined;
    if (value < last) before += last;
    [clock, last] = [sample.guestMonotonicMs, value];
    return before + value;
  });
}
