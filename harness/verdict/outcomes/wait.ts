import { formatSeconds } from '../../core/clock.js';
import type { Evidence } from '../summary.js';

/**
 * The longest time that clients waited.
 *
 * @param bound words before the time, such as `at most`; left out where the time is not known
 */
export function formatWait({ longestGapMs }: Evidence, bound?: string): string {
  if (longestGapMs === null) return 'an unknown time';
  return bound === undefined ? formatSeconds(longestGapMs) : `${bound} ${formatSeconds(longestGapMs)}`;
}
