import { usageError } from '../core/errors.js';

/**
 * The number that stands behind an option.
 *
 * @throws OomdrillError `COUNT_INVALID`
 */
export function countOf(text: string, option: string, most: number, least = 1): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= least && count <= most) return count;
  throw usageError(
    'COUNT_INVALID',
    `${option} ${text}: this is no number of times.`,
    `Write a number from ${least} to ${most}.`,
  );
}
