import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { machineError, messageOf, usageError } from '../core/errors.js';
import { parseJson } from '../core/json.js';
import { replaceFile } from '../core/replace-file.js';
import { outcomeSchema } from '../record/schema.js';
import { figuresSchema } from './schema.js';
import type { Series } from './series.js';

const BASELINE_SCHEMA = 'oomdrill.baseline/1';

/** The accepted state: what each series looked like when somebody said that it is as it should be. */
export const baselineSchema = z.object({
  schema: z.literal(BASELINE_SCHEMA),
  accepted: z
    .record(
      z.string(),
      z.object({
        acceptedAt: z.iso.datetime().describe('When it was accepted, ISO 8601 in UTC.'),
        outcome: outcomeSchema.nullable(),
        figures: figuresSchema,
      }),
    )
    .describe('By the name of the series: what was drilled, and on what.'),
});

export type Baseline = z.infer<typeof baselineSchema>;

export const NOTHING_ACCEPTED: Baseline = { schema: BASELINE_SCHEMA, accepted: {} };

/** The accepted state; an empty one where nothing was accepted yet. @throws OomdrillError `BASELINE_UNREADABLE`, `BASELINE_INVALID` */
export async function readBaseline(path: string): Promise<Baseline> {
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return null;
    throw machineError('BASELINE_UNREADABLE', `The baseline ${path} cannot be read (${cause.code}).`, undefined, cause);
  });
  if (text === null) return NOTHING_ACCEPTED;
  const { value } = parseJson(text);
  const read = baselineSchema.safeParse(value);
  if (read.success) return read.data;
  const why = value === undefined ? 'it is no JSON' : z.prettifyError(read.error).split('\n').join(' ');
  throw usageError(
    'BASELINE_INVALID',
    `${path} is not a baseline: ${why}.`,
    'git checkout brings the last good one back.',
  );
}

/**
 * Accepts the last night of each series as the state that it should be in.
 *
 * @param at ISO 8601
 * @throws OomdrillError `ACCEPT_NOTHING`, `ACCEPT_NOT_PASSED` with the names
 */
export function accept(baseline: Baseline, series: readonly Series[], at: string): Baseline {
  const last = series.flatMap(({ name, points }) => points.slice(-1).map((point) => ({ name, point })));
  if (last.length === 0)
    throw usageError('ACCEPT_NOTHING', 'There is nothing to accept.', 'oomdrill history shows what there is.');
  const bad = last.filter(({ point }) => point.verdict !== 'pass').map(({ name }) => name);
  if (bad.length > 0) {
    const message = `What did not pass cannot be accepted: ${bad.join('; ')}.`;
    throw usageError('ACCEPT_NOT_PASSED', message, 'Name the scenarios that you accept.');
  }
  const all = { ...baseline.accepted };
  for (const { name, point } of last) {
    all[name] = { acceptedAt: at, outcome: point.outcome, figures: { ...point.figures } };
  }
  // By name, so that git shows what changed and nothing else.
  return { ...baseline, accepted: Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1))) };
}

/** Writes the accepted state, whole or not at all. @throws OomdrillError `BASELINE_WRITE` */
export async function writeBaseline(path: string, baseline: Baseline): Promise<void> {
  try {
    await replaceFile(path, `${JSON.stringify(baseline, null, 2)}\n`);
  } catch (cause) {
    const message = `The baseline ${path} cannot be written: ${messageOf(cause)}.`;
    throw machineError('BASELINE_WRITE', message, 'Name another file with --baseline.', cause);
  }
}
