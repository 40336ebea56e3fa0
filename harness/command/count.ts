import { mustError } from '../core/must.js';

/**
 * The number that stands behind an option.
 *
 * @throws OomdrillError `COUNT_INVALID` that names the option and its bounds
 */
export function countOf(text: string, option: string, max: number, min = 1): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && count >= min && count <= max) return count;
  throw mustError('COUNT_INVALID', option, `be an integer from ${min} to ${max}`, text);
}
