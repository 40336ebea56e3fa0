import { speedOf } from '../record/guest-speed.js';
import type { RunRecord } from '../record/reader.js';
import type { Header } from '../record/schema.js';
import { entriesOfType } from '../study/entries.js';
import { decideExitCode } from './exit-code.js';
import { OUTCOMES, outcomeNames } from './outcomes.js';
import { type RunSummary, SUMMARY_SCHEMA, type Summary, summarySchemaFor } from './summary.js';
import { judge } from './verdict.js';

/**
 * Results of drills and the host that they ran on, as `--json` writes them.
 *
 * @throws ZodError when a result does not match the schema, which is a bug in oomdrill
 */
export function summarize(
  runs: readonly RunSummary[],
  host: Header['host'],
  occasion: Pick<Summary, 'at' | 'shard' | 'part'> = {},
  outcomes = OUTCOMES,
): Summary {
  const schema = summarySchemaFor(outcomeNames(outcomes));
  return schema.parse({ schema: SUMMARY_SCHEMA, host, ...occasion, runs, exitCode: decideExitCode(runs) });
}

/**
 * Judges a stored record: the result is the one that the drill gave when it ended. A drill that an error stopped has
 * the verdict `error` and no outcome.
 *
 * @param path of the record
 */
export function summarizeRecord(record: RunRecord, path: string, outcomes = OUTCOMES): RunSummary {
  const { header, entries } = record;
  const { id, scenario, guest, machine, accelerator, scale, secondTryOf } = header;
  const { versions = {} } = entries.find((entry) => entry.type === 'versions') ?? {};
  const { kernel, systemd } = versions;
  const measured = entriesOfType(entries, 'speed').at(-1);
  const common = {
    id,
    kernel,
    systemd,
    scenario: scenario.name,
    guest,
    machine,
    accelerator,
    scale,
    guestSpeed: measured && speedOf(measured),
    bundle: scenario.ownBundle === undefined ? undefined : scenario.bundle,
    server: header.server,
    control: scenario.control,
    expected: [...scenario.expect.outcomes],
    // Only `keepLastTries` knows all drills that are judged, and so the path of the first try's record.
    secondTryOf: secondTryOf && { ...secondTryOf, record: null },
    record: path,
  };
  const end = entries.at(-1);
  const { error, timings } = end?.type === 'end' ? end : {};
  if (error) return { ...common, ...summarizeFailed(error) };
  return { ...common, ...judge(record, outcomes), timings: timings ?? null };
}

/** Error code of a drill that its machine cannot run: the machine did not fail, and nothing is said about the claim. */
export const CAPABILITY_MISSING = 'CAPABILITY_MISSING';

/** The result of a drill that an error stopped: it has no outcome. */
export function summarizeFailed(error: NonNullable<RunSummary['error']>) {
  const verdict = error.code === CAPABILITY_MISSING ? ('skip' as const) : ('error' as const);
  return {
    outcome: null,
    verdict,
    missed: [],
    reasons: [error.message],
    evidence: null,
    timings: null,
    error,
    spoiledByHost: false,
  };
}
