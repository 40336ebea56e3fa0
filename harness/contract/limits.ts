import { z } from 'zod';
import type { Bytes } from '../core/bytes.js';

/** A limit in a document, bytes; null for none, for JSON has no Infinity. */
export const limitSchema = z.number().nonnegative().nullable();

/** Limits of a unit in a document, bytes. */
export const unitLimitsSchema = z.object({ high: limitSchema, max: limitSchema, swapMax: limitSchema });

/** A limit as a document holds it. */
export const limitInJson = (bytes: Bytes): number | null => (Number.isFinite(bytes) ? bytes : null);
