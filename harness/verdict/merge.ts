import { usageError } from '../core/errors.js';
import { summarize, summarizeFailed } from './summarize.js';
import type { Planned, RunSummary, Shard, Summary } from './summary.js';

/** The result file of one shard of a suite, and its path. */
export interface ShardResult {
  readonly path: string;
  readonly summary: Summary;
}

/** The results of all shards, as of one run. */
export interface Merged {
  readonly summary: Summary;
  /** Numbers of the shards without a result, from 1. */
  readonly missing: readonly number[];
}

const HOW = 'Name each file that `oomdrill run --shard I/N --json FILE` wrote, for I from 1 to N, once.';

/**
 * Joins the results of a suite's shards, in the suite's order. A drill that no shard ran gets an error as its result,
 * so that a suite with a missing shard never passes.
 *
 * @throws OomdrillError `SHARD_NONE`, `SHARD_NO_SHARD`, `SHARDS_DIFFER`, `SHARD_TWICE`, each naming the files
 */
export function mergeShards(results: readonly ShardResult[]): Merged {
  const [first, ...others] = results.map(checkShard);
  if (!first) throw usageError('SHARD_NONE', 'At least one result of a shard must be named.', HOW);
  for (const other of others) checkAlike(first, other);
  const shards = [first, ...others];
  const byIndex = new Map<number, CheckedShard>();
  for (const shard of shards) {
    const twin = byIndex.get(shard.shard.index);
    if (twin) {
      const message = `${twin.path} and ${shard.path} are both shard ${shardName(shard.shard)}.`;
      throw usageError('SHARD_TWICE', message, 'Name only the one that counts.');
    }
    byIndex.set(shard.shard.index, shard);
  }
  const { of, suite } = first.shard;
  const missing = Array.from({ length: of }, (_, index) => index + 1).filter((index) => !byIndex.has(index));
  const runs = suite.flatMap((planned) => {
    const found = shards.flatMap(({ summary }) => summary.runs.filter((run) => isRunOf(run, planned)));
    return found.length > 0 ? found : [createMissingRun(planned, shards, missing, of)];
  });
  const at = shards
    .map(({ summary }) => summary.at ?? '')
    .sort()
    .at(-1);
  return { summary: summarize(runs, first.summary.host, at ? { at } : {}), missing };
}

type CheckedShard = ShardResult & { readonly shard: Shard };

function checkShard({ path, summary }: ShardResult): CheckedShard {
  const { shard } = summary;
  if (shard && shard.index <= shard.of) return { path, summary, shard };
  throw usageError('SHARD_NO_SHARD', `${path} is not the result of a shard.`, HOW);
}

/** Both must be parts of one suite: the same drills, cut into the same number of shards. */
function checkAlike(one: CheckedShard, other: CheckedShard): void {
  const drills = ({ shard }: CheckedShard) =>
    JSON.stringify(shard.suite.map(({ scenario, guest }) => [scenario, guest]));
  if (one.shard.of === other.shard.of && drills(one) === drills(other)) return;
  throw usageError(
    'SHARDS_DIFFER',
    `${one.path} and ${other.path} are shards of different suites: ${shardName(one.shard)} of ${one.shard.suite.length} drills, ${shardName(other.shard)} of ${other.shard.suite.length}.`,
    'Run all shards with the same version, suite, guests and number of shards.',
  );
}

const shardName = ({ index, of }: Shard): string => `${index}/${of}`;

const isRunOf = (run: Pick<RunSummary, 'scenario' | 'guest'>, planned: Planned): boolean =>
  run.scenario === planned.scenario && run.guest === planned.guest;

/** The result of a drill that no shard has a result for. */
function createMissingRun(
  planned: Planned,
  shards: readonly CheckedShard[],
  missing: readonly number[],
  of: number,
): RunSummary {
  const owner = shards.find(({ shard }) => shard.own.some((own) => isRunOf(own, planned)));
  const message = owner
    ? `Shard ${shardName(owner.shard)} ended before it ran this drill.`
    : `This drill has no result: shard ${missing.map((index) => `${index}/${of}`).join(' or ')} is missing.`;
  return {
    ...planned,
    accelerator: 'unknown',
    record: null,
    ...summarizeFailed({ code: owner ? 'DRILL_MISSING' : 'SHARD_MISSING', message }),
  };
}
