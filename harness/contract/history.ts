import { z } from 'zod';
import { baselineSchema } from '../history/baseline.js';
import { gapSchema } from '../history/schema.js';
import { outcomeSchema } from '../record/schema.js';
import { DRIFTING_FIGURES, driftSchema, verdictSchema } from '../verdict/summary.js';

/** One thing on one night. */
const pointSchema = z.object({
  at: z.string(),
  verdict: verdictSchema,
  outcome: outcomeSchema.nullable(),
  figures: z.partialRecord(z.enum(DRIFTING_FIGURES), z.number()),
  hostStallMs: z.number(),
});

/** What `history --json` writes. */
export const trendSchema = z.object({
  series: z.array(
    z.object({
      name: z.string(),
      /** The oldest first. */
      points: z.array(pointSchema),
      accepted: baselineSchema.shape.accepted.valueType.nullable(),
      /** What of the last night is clearly worse than before. */
      drifts: z.array(driftSchema),
    }),
  ),
  /** Lines that could not be read once, and were put aside. */
  gaps: z.array(gapSchema),
  /** Lines that cannot be read now, from 1. */
  damagedLines: z.array(z.number().int()),
});
