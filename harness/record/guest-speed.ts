import type { z } from 'zod';
import type { speedEntry } from './schema.js';

/** What `hog speed` prints (guest/hog.c). */
export type MeasuredSpeed = Pick<z.infer<typeof speedEntry>, 'touchedBytesPerSecond' | 'loopMs'>;

/**
 * A guest of usual speed: without KVM, on a quiet host of the kind on which the deadlines of a drill were found, which
 * touched 98 to 148 MB a second, and took 32 ms for the loop.
 */
const USUAL: MeasuredSpeed = { touchedBytesPerSecond: 120e6, loopMs: 35 };

/**
 * How fast a guest is, compared with one of usual speed: 0.5 for one that is half as fast. The slower of both counts: a guest may be
 * short of CPU time, or its host of memory bandwidth.
 */
export const speedOf = ({ touchedBytesPerSecond, loopMs }: MeasuredSpeed): number =>
  Math.min(Math.max(1, touchedBytesPerSecond) / USUAL.touchedBytesPerSecond, USUAL.loopMs / loopMs);
