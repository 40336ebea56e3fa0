import type { Entry, EntryOf } from '../record/schema.js';

/** All entries of one type, in the order of the record. */
export function entriesOfType<T extends Entry['type']>(entries: readonly Entry[], type: T): EntryOf<T>[] {
  return entries.filter((entry): entry is EntryOf<T> => entry.type === type);
}

/** A span of the record's time, milliseconds; its end is not part of it. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** A predicate: whether something happened in the span. */
export const isIn =
  ({ from, to }: Span) =>
  ({ t }: { t: number }): boolean =>
    t >= from && t < to;

/**
 * How long the drill was watched, milliseconds: the time of the last entry except `end`, which is written when the
 * machine is already gone.
 */
export function watchedUntil(entries: readonly Entry[]): number {
  return entries.reduce(
    (last, entry) => (entry.type === 'header' || entry.type === 'end' ? last : Math.max(last, entry.t)),
    0,
  );
}

/** The largest value; null if there are no values. There may be more of them than arguments of a call. */
export const largest = (values: readonly number[]): number | null =>
  values.reduce<number | null>((most, value) => Math.max(most ?? value, value), null);

/** The smallest value; null if there are no values. */
export const smallest = (values: readonly number[]): number | null =>
  values.reduce<number | null>((least, value) => Math.min(least ?? value, value), null);

/** The middle value, the upper one of two, without averaging; null if there are no values. */
export function middleValue(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? null;
}
