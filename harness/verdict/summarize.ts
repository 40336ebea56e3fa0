import type { RunRecord } from '../record/reader.js';
import type { Header } from '../record/schema.js';
import { exitCodeOf } from './exit-code.js';
import { OUTCOMES, outcomeNames } from './outcomes.js';
import { type RunSummary, SUMMARY_SCHEMA, type Summary, summarySchemaFor } from './summary.js';
import { judge } from './verdict.js';

/**
 * Results of drills and the host they ran on, as `--json` writes them.
 *
 * @throws ZodError when a result does not fit the schema, which is a bug of ours
 */
export function summarize(
  runs: readonly RunSummary[],
  host: Header['host'],
  occasion: Pick<Summary, 'at' | 'shard'> = {},
  outcomes = OUTCOMES,
): Summary {
  const schema = summarySchemaFor(outcomeNames(outcomes));
  return schema.parse({ schema: SUMMARY_SCHEMA, host, ...occasion, runs, exitCode: exitCodeOf(runs) });
}

/**
 * One stored record as a result, judged anew: the same that the drill gave when it ended. A drill that an error of the machine
 * broke off has that error for its verdict and no outcome.
 *
 * @param path where the record was read from
 */
export function summarizeRecord(record: RunRecord, path: string, outcomes = OUTCOMES): RunSummary {
  const { header, entries } = record;
  const { id, scenario, guest, machine, accelerator, scale, secondTryOf } = header;
  const common = {
    id,
    scenario: scenario.name,
    guest,
    machine,
    accelerator,
    scale,
    bundle: scenario.ownBundle === undefined ? undefined : scenario.bundle,
    server: header.server,
    control: scenario.control,
    expected: [...scenario.expect.outcomes],
    // Where the first try's record is, only `lastTries` can say, which knows all that are judged.
    secondTryOf: secondTryOf && { ...secondTryOf, record: null },
    record: path,
  };
  const end = entries.at(-1);
  const { error, timings } = end?.type === 'end' ? end : {};
  if (error) return { ...common, ...brokenOff(error) };
  return { ...common, ...judge(record, outcomes), timings: timings ?? null };
}

/** The code of a drill that its machine cannot carry out: no fault of the machine, and no word about the claim. */
export const CAPABILITY_MISSING = 'CAPABILITY_MISSING';

/** What is said of a drill that an error broke off: it has no outcome. */
export function brokenOff(error: NonNullable<RunSummary['error']>) {
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
