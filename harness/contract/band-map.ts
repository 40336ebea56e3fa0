import { z } from 'zod';
import type { BandMap, SweptRow } from '../verdict/band.js';
import { type Drift, driftSchema, evidenceSchema, runSummarySchema } from '../verdict/summary.js';
import { ZONES } from '../verdict/zones.js';
import { limitInJson, limitSchema } from './limits.js';

/** Schema of what `map --json` writes. */
export const BAND_MAP_SCHEMA = 'oomdrill.map/2';

/** Schema of what `map --sweep --json` writes. */
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
      max: positive.describe('Bytes. Without this limit there is no map.'),
      swapMax: limitSchema.optional(),
    })
    .describe('Limits of the serving unit, bytes of the guest.'),
  precision: positive.describe('To which each edge is found, bytes of the guest.'),
  band: z
    .object({
      from: z
        .number()
        .nonnegative()
        .describe('The largest hog with which the server was healthy, bytes of the guest; 0 where it was with none.'),
      to: positive.describe('The smallest hog that was killed, bytes of the guest; the limit where none was.'),
      harmed: z
        .object({ from: edge, to: edge })
        .nullable()
        .describe('The smallest and the largest hog that harmed the server; null where none did.'),
    })
    .describe('Where a hog that has settled harms the server and is not killed: between `from` and `to`.'),
  unfinished: z
    .literal(true)
    .optional()
    .describe('The map was broken off: each edge lies somewhere between the points that were measured.'),
  points: z
    .array(
      z.object({
        sizeBytes: edge,
        zone: z
          .enum(ZONES)
          .describe(
            '`healthy`: the server kept answering. `harmed`: it did not, and nothing was killed. `killed`: the hog was killed.',
          ),
        run: runSummarySchema,
      }),
    )
    .nonempty()
    .describe('One for each drill, in the order in which they were carried out.'),
  drifts: z
    .array(driftSchema)
    .optional()
    .describe(
      "How the band's width differs from those of earlier nights; not in a sweep, nor where the map is unfinished.",
    ),
});

/** A map for each value of one setting. */
export const sweepSchema = z.object({
  schema: z.literal(SWEEP_SCHEMA),
  bundle: z.string().describe('Name of the bundle.'),
  setting: z.string().describe('The setting that was varied, such as `MemoryHigh`.'),
  rows: z.array(
    z.object({
      value: z.string().describe('Value of the setting in the notation of systemd, of the real host.'),
      map: bandMapSchema.optional().describe('The map; absent where the drills proved nothing.'),
      error: z
        .object({ code: z.string(), message: z.string() })
        .optional()
        .describe('Why there is no map, or why it is unfinished: code of the error, and the error in a sentence.'),
    }),
  ),
  exitCode: z.number().int().describe('Exit status of the command: 0 every map is there and whole, 2 one is not.'),
});

export type BandMapDocument = z.infer<typeof bandMapSchema>;
export type SweepDocument = z.infer<typeof sweepSchema>;

/**
 * A map as `--json` writes it.
 *
 * @throws ZodError when a map does not fit the schema, which is a bug of ours
 */
export function bandMapDocument(map: BandMap, drifts?: readonly Drift[]): BandMapDocument {
  const { high, max, swapMax } = map.limits;
  const limits = { high: limitInJson(high), max, swapMax: limitInJson(swapMax) };
  return bandMapSchema.parse({ schema: BAND_MAP_SCHEMA, ...map, limits, drifts });
}

/**
 * A sweep as `--json` writes it.
 *
 * @throws ZodError when a map does not fit the schema, which is a bug of ours
 */
export function sweepDocument(sweep: {
  readonly bundle: string;
  readonly setting: string;
  readonly rows: readonly SweptRow[];
  readonly exitCode: number;
}): SweepDocument {
  const rows = sweep.rows.map(({ value, map, error }) => ({ value, map: map && bandMapDocument(map), error }));
  return sweepSchema.parse({ schema: SWEEP_SCHEMA, ...sweep, rows });
}

/** Of each drill no more than is drawn, so that a map of another version can be read. */
const drawnRun = runSummarySchema
  .pick({ outcome: true })
  .extend({ evidence: evidenceSchema.pick({ longestGapMs: true }).nullable() });

/** What a reader needs of a map; whatever else there is in it may be of another version. */
export const storedMapSchema = bandMapSchema.omit({ schema: true, drifts: true }).extend({
  limits: bandMapSchema.shape.limits.omit({ swapMax: true }),
  points: z.array(bandMapSchema.shape.points.element.extend({ run: drawnRun })).nonempty(),
});

/** What a reader needs of a sweep: a row that proved nothing has no map. */
export const storedSweepSchema = z.object({ rows: z.array(z.object({ map: storedMapSchema.optional() })) });

export type StoredMap = z.infer<typeof storedMapSchema>;
