import type { HogShape } from './hog.js';

/**
 * Slow enough that each place below the limit is seen for what it is: a megabyte in five seconds, over the last twelve megabytes.
 */
export const CREEP: NonNullable<HogShape['creep']> = { belowMax: '12M', perSecond: '200K' };
