import { z } from 'zod';
import type { Bytes } from '../core/bytes.js';

/** JSON has no Infinity. */
export const limitSchema = z.number().nonnegative().nullable().describe('Bytes; null for no limit.');

/** Limits of a unit in a document, bytes. */
export const unitLimitsSchema = z.object({ high: limitSchema, max: limitSchema, swapMax: limitSchema });

/** What `toJsonLimit` wrote. */
export const fromJsonLimit = (bytes: number | null | undefined): Bytes => bytes ?? Number.POSITIVE_INFINITY;

/** A limit in a document. */
export const toJsonLimit = (bytes: Bytes): number | null => (Number.isFinite(bytes) ? bytes : null);
