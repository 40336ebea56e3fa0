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

/** One map. All sizes are bytes of the guest. */
export const bandMapSchema = z.object({
  schema: z.literal(BAND_MAP_SCHEMA),
  bundle: z.string(),
  scale: z.number().positive(),
  /** Without a `max` there is no map. */
  limits: z.object({ high: limitSchema, max: positive, swapMax: limitSchema.optional() }),
  /** To which each edge is found. */
  precision: positive,
  band: z.object({
    // Where no place is well the band begins at nothing.
    from: z.number().nonnegative(),
    to: positive,
    harmed: z.object({ from: positive, to: positive }).nullable(),
  }),
  /** Broken off: each edge lies somewhere between the places that were looked at. */
  unfinished: z.literal(true).optional(),
  points: z.array(z.object({ sizeBytes: positive, zone: z.enum(ZONES), run: runSummarySchema })).nonempty(),
  /** How the band's width differs from those of the nights before; not in a sweep, nor where the map is unfinished. */
  drifts: z.array(driftSchema).optional(),
});

/** A map for each value of one setting. */
export const sweepSchema = z.object({
  schema: z.literal(SWEEP_SCHEMA),
  bundle: z.string(),
  setting: z.string(),
  rows: z.array(
    z.object({
      /** In systemd's notation, of the real host. */
      value: z.string(),
      map: bandMapSchema.optional(),
      error: z.object({ code: z.string(), message: z.string() }).optional(),
    }),
  ),
  exitCode: z.number().int(),
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
