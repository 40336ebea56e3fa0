import { z } from 'zod';
import { machineError, messageOf, usageError } from '../core/errors.js';
import { toCurrentVersion } from '../core/format.js';
import { firstIssueOf } from '../core/issue.js';
import { parseJson } from '../core/json.js';
import { withFileLocked } from '../core/lock.js';
import { readTextFileIfThere } from '../core/read-text-file.js';
import { replaceFile } from '../core/replace-file.js';
import { outcomeSchema } from '../record/schema.js';
import { figuresSchema } from './schema.js';
import type { Series } from './series.js';

const BASELINE_SCHEMA = 'oomdrill.baseline/1';

const OTHER_FILE = 'Name another file with --baseline.';

/** The accepted state: the outcome and figures of each series when a user accepted them as they should be. */
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

/** A baseline without any accepted series. */
export const NOTHING_ACCEPTED: Baseline = { schema: BASELINE_SCHEMA, accepted: {} };

/**
 * Reads the accepted state; it is empty if nothing was accepted yet.
 *
 * @throws OomdrillError `BASELINE_UNREADABLE`, `BASELINE_INVALID`, `FORMAT_NEWER`
 */
export async function readBaseline(path: string): Promise<Baseline> {
  const options = { what: 'baseline', code: 'BASELINE_UNREADABLE', hint: OTHER_FILE, kind: 'machine' } as const;
  const text = await readTextFileIfThere(path, options);
  if (text === undefined) return NOTHING_ACCEPTED;
  const { value } = parseJson(text);
  const baseline = baselineSchema.safeParse(toCurrentVersion(value, { schema: BASELINE_SCHEMA }, path));
  if (baseline.success) return baseline.data;
  const { where, message } = firstIssueOf(baseline.error, 'its content');
  const why = value === undefined ? 'it is not JSON' : `${where}: ${message}`;
  throw usageError(
    'BASELINE_INVALID',
    `${path} is not a baseline: ${why}.`,
    'Name another file with --baseline; `oomdrill accept` writes a new one where there is none.',
  );
}

/**
 * Accepts the last night of each series as the state that the series should be in.
 *
 * @param at ISO 8601
 * @throws OomdrillError `ACCEPT_NOTHING`, `ACCEPT_NOT_PASSED` with the names
 */
export function acceptLastNights(baseline: Baseline, series: readonly Series[], at: string): Baseline {
  const last = series.flatMap(({ name, points }) => points.slice(-1).map((point) => ({ name, point })));
  if (last.length === 0)
    throw usageError(
      'ACCEPT_NOTHING',
      'The history has no runs to accept.',
      'Run `oomdrill history` to see what it has.',
    );
  const notPassed = last.filter(({ point }) => point.verdict !== 'pass').map(({ name }) => name);
  if (notPassed.length > 0) {
    const message = `Only a run that passed can be accepted, and the last one of these did not: ${notPassed.join('; ')}.`;
    throw usageError('ACCEPT_NOT_PASSED', message, 'Name only the scenarios that you accept.');
  }
  const all = { ...baseline.accepted };
  for (const { name, point } of last) {
    all[name] = { acceptedAt: at, outcome: point.outcome, figures: { ...point.figures } };
  }
  // Sorted by name, so that a diff shows only what changed.
  return { ...baseline, accepted: Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1))) };
}

/**
 * Changes the accepted state, as a whole or not at all, while no other process does.
 *
 * @returns the new one
 * @throws OomdrillError `BASELINE_WRITE`, and what reading it and `change` throw
 */
export async function changeBaseline(
  path: string,
  change: (before: Baseline) => Baseline | Promise<Baseline>,
): Promise<Baseline> {
  return withFileLocked(path, async () => {
    const baseline = await change(await readBaseline(path));
    await replaceFile(path, `${JSON.stringify(baseline, null, 2)}\n`).catch((cause: unknown) => {
      const message = `Could not write the baseline ${path}: ${messageOf(cause)}.`;
      throw machineError('BASELINE_WRITE', message, OTHER_FILE, cause);
    });
    return baseline;
  });
}
