import { z } from 'zod';
import { baselineSchema } from '../history/baseline.js';
import { figuresSchema, gapSchema } from '../history/schema.js';
import { outcomeSchema } from '../record/schema.js';
import { driftSchema, verdictSchema } from '../verdict/summary.js';

export const TREND_SCHEMA = 'oomdrill.trend/1';

/** One thing on one night. */
const pointSchema = z.object({
  at: z.string().describe('When the night ended, ISO 8601.'),
  verdict: verdictSchema,
  outcome: outcomeSchema.nullable(),
  figures: figuresSchema,
  hostStallMs: z.number().describe('The longest stall of the harness itself, milliseconds.'),
});

/** What `history --json` writes. */
export const trendSchema = z.object({
  schema: z.literal(TREND_SCHEMA),
  series: z.array(
    z.object({
      name: z.string().describe('What was drilled, and on what.'),
      points: z.array(pointSchema).describe('One for each night, the oldest first.'),
      accepted: baselineSchema.shape.accepted.valueType
        .nullable()
        .describe('The state that was accepted as it should be; null where none was.'),
      drifts: z.array(driftSchema).describe('What of the last night is clearly worse than before.'),
    }),
  ),
  gaps: z.array(gapSchema).describe('Lines that could not be read once, and were put aside.'),
  damagedLines: z.array(z.number().int()).describe('Lines of the history that cannot be read now, from 1.'),
});
