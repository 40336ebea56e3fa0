import type { PartialPressure } from '../cgroup/pressure.js';
import { usageError } from '../core/errors.js';

/** The keys and values of one file at one moment. A key that is not there is unknown, not zero. */
export type Reading = Readonly<Record<string, number>>;

/**
 * How much a counter grew between the first and the last of two readings; of one reading, what it counts since the
 * cgroup was created.
 *
 * @returns undefined if it is not in all of them
 */
export function growthOf(readings: readonly Reading[], key: string): number | undefined {
  return growth(readings.map((reading) => reading[key]));
}

/** The same of values that were taken out of readings. */
export function growth(values: readonly (number | undefined)[]): number | undefined {
  const [first, last] = [values[0], values.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  return values.length > 1 ? last - first : last;
}

/** The total times of a PSI file, which are its counters. */
export function totalsOf({ some, full }: PartialPressure): Reading {
  return { ...(some && { 'some total': some.totalUs }), ...(full && { 'full total': full.totalUs }) };
}

/** The counters among the keys of memory.stat that are looked at; the others may fall. */
export function refaultsIn(stat: Reading): Reading {
  return Object.fromEntries(Object.entries(stat).filter(([key]) => /^workingset_refault/.test(key)));
}

/**
 * Checks that there are at most two readings, and that counters do not fall: they only grow while a cgroup exists.
 *
 * @throws OomdrillError `EVIDENCE_READINGS`, `EVIDENCE_ORDER`
 */
export function checkReadings(file: string, readings: readonly Reading[]): void {
  if (readings.length > 2)
    throw usageError(
      'EVIDENCE_READINGS',
      `There must be at most two readings of ${file} (got ${readings.length} readings).`,
      'Give the first and the last reading, or one pair at a time.',
    );
  const [before, after] = readings;
  const fallen = before && after && firstFall(before, after);
  if (fallen !== undefined)
    throw usageError(
      'EVIDENCE_ORDER',
      `${file}: ${fallen} falls from ${before?.[fallen]} to ${after?.[fallen]} between the two readings.`,
      'Give the earlier one first. If it was first, the cgroup was created again in between: give only the later one.',
    );
}

/** The first counter that is smaller in the second reading. A key that one of them lacks is not compared. */
export function firstFall(before: Reading, after: Reading): string | undefined {
  return Object.keys(before).find((key) => (after[key] ?? Number.POSITIVE_INFINITY) < (before[key] ?? 0));
}
