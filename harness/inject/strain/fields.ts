import { z } from 'zod';
import { commSchema, placeSchema } from '../declared-fields.js';

/** MAX_COUNT of guest/strain.c. */
const MAX_PROCESSES = 4096;

/** The fields of a declared strain. */
export const strainSchema = z.strictObject({
  kind: z.unknown(),
  name: z.string(),
  comm: commSchema,
  place: placeSchema.optional(),
  processes: z.number().int().min(1).max(MAX_PROCESSES),
});
