import { join } from 'node:path';
import { z } from 'zod';
import { assets } from '../../harness/core/assets.js';
import { REQUIREMENTS } from '../../harness/drill/scenario.js';
import { outcomeSchema } from '../../harness/record/schema.js';
import { verdictSchema } from '../../harness/verdict/summary.js';
import { addJsonLine, loadJsonLines } from '../json-lines.js';

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

/** All lines so far. */
export const readGuestResults = (): ResultLine[] => loadJsonLines(GUEST_RESULTS, lineSchema);

export const addGuestResult = (line: ResultLine): Promise<void> => addJsonLine(GUEST_RESULTS, lineSchema, line);

/** Whether a drill says something of its scenario. */
export const isDecided = ({ outcome }: Pick<DrillLine, 'outcome'>): boolean =>
  outcome !== null && outcome !== 'inconclusive';
