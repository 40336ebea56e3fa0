import { formatSeconds } from '../../core/clock.js';
import type { Evidence } from '../summary.js';

/** For how long clients waited at most. */
export const waitInWords = ({ longestGapMs }: Evidence): string =>
  longestGapMs === null ? 'an unknown time' : formatSeconds(longestGapMs);
