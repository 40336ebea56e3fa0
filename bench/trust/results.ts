import { join } from 'node:path';
import { z } from 'zod';
import { assets } from '../../harness/core/assets.js';
import { outcomeSchema } from '../../harness/record/schema.js';
import { verdictSchema } from '../../harness/verdict/summary.js';
import { addJsonLine, loadJsonLines } from '../json-lines.js';
import type { Cell } from './cells.js';

/** All drills that docs/trust.md is made from, the oldest first: a line each. */
export const RESULTS = join(assets.root, 'bench', 'trust', 'results.jsonl');

const resultSchema = z.object({
  at: z.iso.datetime().describe('When it ended.'),
  /** The commit that was drilled with. */
  commit: z.string(),
  scenario: z.string(),
  bundle: z.string().optional(),
  guest: z.string(),
  scale: z.string(),
  accelerator: z.string(),
  noise: z.string().optional().describe('Absent: a quiet host.'),
  truth: z.enum(['pass', 'fail']),
  status: z.number().describe('Exit status of `oomdrill run`.'),
  verdict: verdictSchema,
  outcome: outcomeSchema.nullable(),
  /** The first sentence of the result. */
  reason: z.string(),
  /** How the host spoiled the first try, if it did. */
  firstTry: z.string().optional(),
  seconds: z.number(),
});

/** What one drill said. */
export type TrustResult = z.infer<typeof resultSchema>;

/** All results so far. */
export const readTrustResults = (file: string): TrustResult[] => loadJsonLines(file, resultSchema);

export const addTrustResult = (file: string, result: TrustResult): Promise<void> =>
  addJsonLine(file, resultSchema, result);

/** Whether a result is one of a cell. */
export const isOf =
  ({ scenario, bundle, guest, scale, noise }: Cell) =>
  (result: TrustResult): boolean =>
    result.scenario === scenario &&
    result.bundle === bundle &&
    result.guest === guest &&
    result.scale === scale &&
    result.noise === noise?.name;

/** Whether it says something: a claim holds, or does not. */
export const isDecided = ({ verdict }: TrustResult): boolean => verdict === 'pass' || verdict === 'fail';

/** Whether it says what is not so; its exit status is part of what it says. */
export function isWrong({ verdict, truth, status }: TrustResult): boolean {
  if (verdict === 'pass' || verdict === 'fail') return verdict !== truth;
  return status !== 2;
}
