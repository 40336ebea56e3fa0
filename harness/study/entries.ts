import type { Entry, EntryOf } from '../record/schema.js';

/** All entries of one type, in their order. */
export function entriesOfType<T extends Entry['type']>(entries: readonly Entry[], type: T): EntryOf<T>[] {
  return entries.filter((entry): entry is EntryOf<T> => entry.type === type);
}

/** A stretch of the record's time, milliseconds; its end does not belong to it. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export const isIn =
  ({ from, to }: Span) =>
  ({ t }: { t: number }): boolean =>
    t >= from && t < to;

/**
 * How long the drill was watched, milliseconds: the time of the last entry but for `end`, which is written when the machine has
 * gone and nobody asks it any more.
 */
export function watchedUntil(entries: readonly Entry[]): number {
  return entries.reduce(
    (last, entry) => (entry.type === 'header' || entry.type === 'end' ? last : Math.max(last, entry.t)),
    0,
  );
}

/** The middle one of the values as they are, the upper one of two; null of none. */
export function middleValue(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? null;
}
