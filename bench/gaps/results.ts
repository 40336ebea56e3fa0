import { join } from 'node:path';
import { z } from 'zod';
import { assets } from '../../harness/core/assets.js';
import { outcomeSchema } from '../../harness/record/schema.js';
import { verdictSchema } from '../../harness/verdict/summary.js';
import { addJsonLine, loadJsonLines } from '../json-lines.js';
import { GAPS, type GapCell, MOTIONS } from './cells.js';

/** All that docs/memory-high.md is made from, the oldest first: a line a drill. */
const GAP_RESULTS = join(assets.root, 'bench', 'gaps', 'results.jsonl');

const milliseconds = z.number().nullable();

const resultSchema = z.object({
  at: z.iso.datetime().describe('When it ended.'),
  commit: z.string().describe('The commit that was drilled with.'),
  guest: z.string(),
  kernel: z.string().optional().describe("Release of the guest's kernel."),
  accelerator: z.string(),
  gap: z.enum(GAPS),
  motion: z.enum(MOTIONS),
  verdict: verdictSchema,
  outcome: outcomeSchema.nullable(),
  longestGapMs: milliseconds,
  killedAfterMs: milliseconds.describe(
    'From the first sample above MemoryHigh to the kill of the hog; null without a kill.',
  ),
  heldMs: milliseconds.describe('How long the hog was there above MemoryHigh, to its end or its release.'),
  highEvents: z.number().nullable(),
  fullStallPercent: z.number().nullable(),
  recordBytes: z.number().nullable().describe('Size of the record.'),
  reason: z.string().describe('The first sentence of the result.'),
});

/** What one drill of a cell said. */
export type GapResult = z.infer<typeof resultSchema>;

/** All results so far. */
export const readGapResults = (): GapResult[] => loadJsonLines(GAP_RESULTS, resultSchema);

export const addGapResult = (result: GapResult): Promise<void> => addJsonLine(GAP_RESULTS, resultSchema, result);

/** Whether a result is one of a cell, and decides it: an inconclusive drill is drilled again. */
export const decides =
  ({ guest, gap, motion }: GapCell) =>
  (result: GapResult): boolean =>
    result.guest === guest &&
    result.gap === gap &&
    result.motion === motion &&
    result.outcome !== null &&
    result.outcome !== 'inconclusive';
