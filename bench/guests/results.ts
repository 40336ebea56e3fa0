import { existsSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { assets } from '../../harness/core/assets.js';
import { readLines } from '../../harness/core/read-lines.js';
import { REQUIREMENTS } from '../../harness/drill/scenario.js';
import { outcomeSchema } from '../../harness/record/schema.js';
import { verdictSchema } from '../../harness/verdict/summary.js';

/** All that docs/guests.md is made from, the oldest first: a line each. */
const GUEST_RESULTS = join(assets.root, 'bench', 'guests', 'results.jsonl');

const at = z.iso.datetime().describe('When it was seen.');
const commit = z.string().describe('The commit that it was seen with.');

const guestLine = z.object({
  kind: z.literal('guest'),
  at,
  commit,
  guest: z.string(),
  kernel: z.string(),
  systemd: z.string(),
  nodejs: z.string(),
  lacks: z.array(z.enum(REQUIREMENTS)).describe('What of all that a scenario may require is not there.'),
  expired: z.string().optional().describe('Lists of packages that were past their date when the image was built.'),
  buildSeconds: z.number().optional().describe('How long the image took to build and to seal; absent if it was there.'),
});

const drillLine = z.object({
  kind: z.literal('drill'),
  at,
  commit,
  guest: z.string(),
  scenario: z.string(),
  verdict: verdictSchema,
  outcome: outcomeSchema.nullable(),
  longestGapMs: z.number().nullable(),
  fullStallPercent: z.number().nullable(),
  reason: z.string().describe('The first sentence of the result.'),
});

const lineSchema = z.discriminatedUnion('kind', [guestLine, drillLine]);

/** A guest as it was found. */
export type GuestLine = z.infer<typeof guestLine>;
/** What one drill said. */
export type DrillLine = z.infer<typeof drillLine>;
export type ResultLine = z.infer<typeof lineSchema>;

/** All lines so far; none where there is no file yet. */
export function readGuestResults(file = GUEST_RESULTS): ResultLine[] {
  if (!existsSync(file)) return [];
  const lines = [...readLines(file, { what: 'results', code: 'RESULTS_UNREADABLE', hint: 'It is in the repository.' })];
  return lines.flatMap(({ text }) => (text.trim() === '' ? [] : [lineSchema.parse(JSON.parse(text))]));
}

export async function addGuestResult(line: ResultLine, file = GUEST_RESULTS): Promise<void> {
  await appendFile(file, `${JSON.stringify(lineSchema.parse(line))}\n`);
}
