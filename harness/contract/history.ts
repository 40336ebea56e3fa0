import { z } from 'zod';
import { baselineSchema } from '../history/baseline.js';
import { figuresSchema, gapSchema } from '../history/schema.js';
import { outcomeSchema } from '../record/schema.js';
import { driftSchema, kernelChangeSchema, verdictSchema } from '../verdict/summary.js';

export const TREND_SCHEMA = 'oomdrill.trend/1';

/** The result of one series on one night. */
const pointSchema = z.object({
  at: z.string().describe('When the night ended, ISO 8601.'),
  verdict: verdictSchema,
  outcome: outcomeSchema.nullable(),
  kernel: z.string().optional().describe("Release of the guest's kernel; absent where the history does not have it."),
  figures: figuresSchema,
  hostStallMs: z.number().describe('The longest stall of the harness itself, milliseconds.'),
});

/** The output of `history --json`. */
export const trendSchema = z.object({
  schema: z.literal(TREND_SCHEMA),
  series: z.array(
    z.object({
      name: z.string().describe('What was drilled, and on what.'),
      points: z.array(pointSchema).describe('One for each night, the oldest first.'),
      accepted: baselineSchema.shape.accepted.valueType
        .nullable()
        .describe('The state that was accepted as correct; null if there is none.'),
      drifts: z.array(driftSchema).describe('Figures of the last night that are clearly worse than before.'),
      kernelChange: kernelChangeSchema
        .optional()
        .describe('What came out on the kernel before, if the outcome is another one since.'),
    }),
  ),
  gaps: z.array(gapSchema).describe('Lines that could not be read by an earlier run, and were moved to another file.'),
  damagedLines: z.array(z.number().int()).describe('Numbers of the lines that could not be read now, from 1.'),
});
