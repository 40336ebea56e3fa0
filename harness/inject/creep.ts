import type { HogShape } from './hog.js';

/**
 * Slow enough that each place near the limit is seen for what it is: half a megabyte a second in the guest at scale 1/8, from
 * forty megabytes below MemoryMax on. Sizes at real scale.
 */
export const CREEP: NonNullable<HogShape['creep']> = { belowMax: '320M', perSecond: '4M' };
