import { z } from 'zod';
import { type DriftingFigure, evidenceSchema, runSummarySchema } from '../verdict/summary.js';

/**
 * The history: JSON lines, one entry a line, each added by a single write at the end. People can read, compare and join
 * such files, a crash can damage only the last line, and no library is needed; a night of the whole catalogue takes 5
 * kB.
 */
export const HISTORY_SCHEMA = 'oomdrill.history/1';

const schema = z.literal(HISTORY_SCHEMA);

const known = z.number().nullable().describe('Milliseconds; null where it is not known.');

/** What is kept of the time to an answer in one phase. */
const keptPhase = z
  .object({ p50Ms: known, p90Ms: known, p99Ms: known, worstMs: known })
  .nullable()
  .describe('Null where nothing was due in it.');

/** The figures of one drill from which trends are computed. Null where its record did not show them. */
const pastRunSchema = runSummarySchema
  .pick({ scenario: true, bundle: true, server: true, guest: true, machine: true, accelerator: true, scale: true })
  .extend(runSummarySchema.pick({ control: true, verdict: true, outcome: true, kernel: true }).shape)
  .extend(evidenceSchema.pick({ longestGapMs: true, hostStallMs: true, fullStallPercent: true }).shape)
  .extend(evidenceSchema.pick({ brimBytes: true, oomKills: true }).shape)
  .extend({
    durationMs: z.number().nullable().describe('Wall-clock time of the whole drill, milliseconds.'),
    latency: z
      .object({ baseline: keptPhase, hold: keptPhase, recovery: keptPhase })
      .optional()
      .describe('How long requests took, by phase; absent in entries of earlier versions.'),
  });

/** One more that a later version watches is passed over. */
export const figuresSchema = z
  .object({
    longestGapMs: z.number().describe('Milliseconds.'),
    fullStallPercent: z.number().describe('Percent of the hold.'),
    holdP50Ms: z.number().describe('Milliseconds.'),
    holdP90Ms: z.number().describe('Milliseconds.'),
    holdP99Ms: z.number().describe('Milliseconds.'),
    brimBytes: z.number().describe('Bytes of the guest.'),
  } satisfies Record<DriftingFigure, z.ZodNumber>)
  .partial()
  .describe('The figures whose drift is watched, as far as they are known; explained in a summary.');

/** A night: all drills of one run of oomdrill. */
export const nightSchema = z
  .object({
    schema,
    type: z.literal('night'),
    at: z.iso.datetime().describe('When the run ended, ISO 8601 in UTC.'),
    host: z.object({ cpus: z.number(), cpuModel: z.string(), kernel: z.string() }),
    runs: z.array(pastRunSchema),
  })
  .describe('A night: all drills of one run.');

/** A mapped band: where a hog that has settled harms the server and is not killed. */
const bandSchema = z
  .object({
    schema,
    type: z.literal('band'),
    at: z.iso.datetime().describe('When the map was made, ISO 8601 in UTC.'),
    bundle: z.string().describe('Name of the bundle.'),
    guest: z.string(),
    machine: z.string(),
    scale: z.number().describe('Every byte quantity of the bundle was divided by this.'),
    brimBytes: z.number().nullable().describe('Width of the band, bytes of the guest; null where none was found.'),
    edges: z
      .object({
        healthyBytes: z.number().describe('The largest size at which the server was healthy, bytes of the guest.'),
        killedBytes: z.number().describe('The smallest that was killed, or MemoryMax; bytes of the guest.'),
      })
      .optional()
      .describe('Where the next map begins to look; absent in entries of earlier versions.'),
  })
  .describe('A mapped band: where a hog that has settled harms the server and is not killed.');

/** Marks lines that could not be read, with the file in which they were kept. */
export const gapSchema = z
  .object({
    schema,
    type: z.literal('gap'),
    at: z.iso.datetime().describe('When the gap was found, ISO 8601 in UTC.'),
    lines: z.number().int().positive().describe('How many lines could not be read.'),
    keptIn: z.string().describe('Path of the file that they were kept in.'),
  })
  .describe('Lines that could not be read, and the file that they were kept in.');

export const historyEntrySchema = z.discriminatedUnion('type', [nightSchema, bandSchema, gapSchema]);

export type HistoryEntry = z.infer<typeof historyEntrySchema>;
export type PastRun = z.infer<typeof pastRunSchema>;
export type Night = z.infer<typeof nightSchema>;
export type PastBand = z.infer<typeof bandSchema>;
