import { z } from 'zod';
import type { BandMap, SweptRow } from '../verdict/band.js';
import { type CampaignPart, partSchema } from '../verdict/part.js';
import { type Drift, driftSchema, evidenceSchema, runSummarySchema } from '../verdict/summary.js';
import { ZONES } from '../verdict/zones.js';
import { limitSchema, toJsonLimit } from './limits.js';

/** Schema name of the output of `map --json`. */
export const BAND_MAP_SCHEMA = 'oomdrill.map/2';

/** Schema name of the output of `map --sweep --json`. */
export const SWEEP_SCHEMA = 'oomdrill.sweep/2';

const positive = z.number().positive();
const edge = positive.describe('Memory of the hog itself, bytes of the guest.');

/** One map. All sizes are bytes of the guest. */
export const bandMapSchema = z.object({
  schema: z.literal(BAND_MAP_SCHEMA),
  bundle: z.string().describe('Name of the bundle.'),
  scale: z.number().positive().describe('Every byte quantity of the bundle was divided by this.'),
  limits: z
    .object({
      high: limitSchema,
      max: positive.describe('Bytes. A map needs this limit.'),
      swapMax: limitSchema.optional(),
    })
    .describe('Limits of the serving unit, bytes of the guest.'),
  precision: positive.describe('How exactly each edge is found, bytes of the guest.'),
  band: z
    .object({
      from: z
        .number()
        .nonnegative()
        .describe('The largest hog with a healthy server, bytes of the guest; 0 if there was none.'),
      to: positive.describe('The smallest hog that was killed, bytes of the guest; the limit if there was none.'),
      harmed: z
        .object({ from: edge, to: edge })
        .nullable()
        .describe('The smallest and the largest hog that harmed the server; null if there was none.'),
    })
    .describe('The sizes between `from` and `to`: a steady hog harms the server and is not killed.'),
  unfinished: z
    .literal(true)
    .optional()
    .describe('The map ended early: each edge lies somewhere between the measured points.'),
  points: z
    .array(
      z.object({
        sizeBytes: edge,
        zone: z
          .enum(ZONES)
          .describe(
            '`healthy`: the server kept answering. `harmed`: it stopped answering, and nothing was killed. `killed`: the hog was killed.',
          ),
        run: runSummarySchema,
      }),
    )
    .nonempty()
    .describe('One for each drill, in the order of the drills.'),
  drifts: z
    .array(driftSchema)
    .optional()
    .describe("How the band's width differs from earlier nights; absent in a sweep and in an unfinished map."),
  part: partSchema.optional(),
});

/** A map for each value of one setting. */
export const sweepSchema = z.object({
  schema: z.literal(SWEEP_SCHEMA),
  bundle: z.string().describe('Name of the bundle.'),
  setting: z.string().describe('The setting that was varied, such as `MemoryHigh`.'),
  rows: z.array(
    z.object({
      value: z.string().describe('Value of the setting for the real host, in the notation of systemd.'),
      map: bandMapSchema.optional().describe('The map; absent if the drills proved nothing.'),
      error: z
        .object({ code: z.string(), message: z.string() })
        .optional()
        .describe('Why there is no map, or why it is unfinished: the code of the error, and a sentence.'),
    }),
  ),
  exitCode: z.number().int().describe('Exit status of the command: 0 if every map is complete, 2 otherwise.'),
  part: partSchema.optional(),
});

export type BandMapDocument = z.infer<typeof bandMapSchema>;
export type SweepDocument = z.infer<typeof sweepSchema>;

/**
 * Creates the output of `map --json`.
 *
 * @throws ZodError when a map does not fit the schema, which is a bug of ours
 */
export function createBandMapDocument(map: BandMap, drifts?: readonly Drift[], part?: CampaignPart): BandMapDocument {
  const { high, max, swapMax } = map.limits;
  const limits = { high: toJsonLimit(high), max, swapMax: toJsonLimit(swapMax) };
  return bandMapSchema.parse({ schema: BAND_MAP_SCHEMA, ...map, limits, drifts, part });
}

/**
 * Creates the output of `map --sweep --json`.
 *
 * @throws ZodError when a map does not fit the schema, which is a bug of ours
 */
export function createSweepDocument(sweep: {
  readonly bundle: string;
  readonly setting: string;
  readonly rows: readonly SweptRow[];
  readonly exitCode: number;
  readonly part?: CampaignPart | undefined;
}): SweepDocument {
  const rows = sweep.rows.map(({ value, map, error }) => ({ value, map: map && createBandMapDocument(map), error }));
  return sweepSchema.parse({ schema: SWEEP_SCHEMA, ...sweep, rows });
}

/** The part of a drill that is drawn, so that maps of other versions can be read. */
const drawnRun = runSummarySchema
  .pick({ outcome: true })
  .extend({ evidence: evidenceSchema.pick({ longestGapMs: true }).nullable() });

/** The part of a map that a reader needs; the rest may be of another version. */
export const storedMapSchema = bandMapSchema.omit({ schema: true, drifts: true }).extend({
  limits: bandMapSchema.shape.limits.omit({ swapMax: true }),
  points: z.array(bandMapSchema.shape.points.element.extend({ run: drawnRun })).nonempty(),
});

/** The part of a sweep that a reader needs: an inconclusive row has no map. */
export const storedSweepSchema = z.object({ rows: z.array(z.object({ map: storedMapSchema.optional() })) });

export type StoredMap = z.infer<typeof storedMapSchema>;
