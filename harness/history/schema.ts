import { z } from 'zod';
import { outcomeSchema } from '../record/schema.js';
import { verdictSchema } from '../verdict/summary.js';

/**
 * The history: JSON lines, one entry a line, each added by a single write at the end. A file that people can read, compare and
 * join, that no crash can damage beyond its last line, and that needs no library; a night of the catalogue takes 5 kB.
 */
export const HISTORY_SCHEMA = 'oomdrill.history/1';

const schema = z.literal(HISTORY_SCHEMA);

/** The figures of one drill that a trend is made of. Null where its record could not say. */
export const pastRunSchema = z.object({
  scenario: z.string(),
  /** As in a result: where it is another than the scenario's own. */
  bundle: z.string().optional(),
  guest: z.string(),
  machine: z.string(),
  accelerator: z.string(),
  scale: z.number(),
  control: z.boolean(),
  verdict: verdictSchema,
  outcome: outcomeSchema.nullable(),
  longestGapMs: z.number().nullable(),
  hostStallMs: z.number().nullable(),
  fullStallPercent: z.number().nullable(),
  brimBytes: z.number().nullable(),
  oomKills: z.number().nullable(),
  durationMs: z.number().nullable(),
});

/** A night: all drills of one run. */
export const nightSchema = z.object({
  schema,
  type: z.literal('night'),
  at: z.iso.datetime(),
  host: z.object({ cpus: z.number(), cpuModel: z.string(), kernel: z.string() }),
  runs: z.array(pastRunSchema),
});

/** A mapped band: where a hog at rest harms the server and is not killed. Guest bytes; null where none was found. */
export const bandSchema = z.object({
  schema,
  type: z.literal('band'),
  at: z.iso.datetime(),
  bundle: z.string(),
  guest: z.string(),
  machine: z.string(),
  scale: z.number(),
  brimBytes: z.number().nullable(),
});

/** Lines that could not be read, and the file that they were kept in. */
export const gapSchema = z.object({
  schema,
  type: z.literal('gap'),
  at: z.iso.datetime(),
  lines: z.number().int().positive(),
  keptIn: z.string(),
});

export const historyEntrySchema = z.discriminatedUnion('type', [nightSchema, bandSchema, gapSchema]);

export type HistoryEntry = z.infer<typeof historyEntrySchema>;
export type PastRun = z.infer<typeof pastRunSchema>;
export type Night = z.infer<typeof nightSchema>;
export type PastBand = z.infer<typeof bandSchema>;
