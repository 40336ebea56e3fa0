import type { HogShape } from './hog.js';

/**
 * Slow enough that each place below the limit is seen for what it is: a megabyte in five seconds, in the guest at scale 1/8, over the
 * last twelve megabytes. Sizes at real scale.
 */
export const CREEP: NonNullable<HogShape['creep']> = { belowMax: '96M', perSecond: '1600K' };
