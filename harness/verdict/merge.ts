import { usageError } from '../core/errors.js';
import { brokenOff, summarize } from './summarize.js';
import type { Planned, RunSummary, Shard, Summary } from './summary.js';

/** What one shard of a suite wrote, and where that was read from. */
export interface ShardResult {
  readonly path: string;
  readonly summary: Summary;
}

/** Results of all shards as those of one run. */
export interface Merged {
  readonly summary: Summary;
  /** Shards of which there is no result, from 1. */
  readonly missing: readonly number[];
}

const HOW = 'Merge what `oomdrill run --shard 1/N --json FILE` to `--shard N/N` wrote, each once.';

/**
 * Joins the results of a suite's shards, in the suite's order. A drill of the suite that no shard carried out has an error for
 * its result, so that a suite with a missing shard is never green.
 *
 * @throws OomdrillError `SHARD_NONE`, `SHARD_NO_SHARD`, `SHARDS_DIFFER`, `SHARD_TWICE`, each naming the files
 */
export function mergeShards(results: readonly ShardResult[]): Merged {
  const [first, ...others] = results.map(checkShard);
  if (!first) throw usageError('SHARD_NONE', 'There is no result of a shard to merge.', HOW);
  for (const other of others) checkAlike(first, other);
  const shards = [first, ...others];
  const byIndex = new Map<number, CheckedShard>();
  for (const shard of shards) {
    const twin = byIndex.get(shard.shard.index);
    if (twin) {
      const message = `${twin.path} and ${shard.path} are both shard ${shardName(shard.shard)}.`;
      throw usageError('SHARD_TWICE', message, 'Which of them counts? Leave the other out.');
    }
    byIndex.set(shard.shard.index, shard);
  }
  const { of, suite } = first.shard;
  const missing = Array.from({ length: of }, (_, index) => index + 1).filter((index) => !byIndex.has(index));
  const runs = suite.flatMap((planned) => {
    const found = shards.flatMap(({ summary }) => summary.runs.filter((run) => isOf(run, planned)));
    return found.length > 0 ? found : [notDrilled(planned, shards, missing, of)];
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
  throw usageError('SHARD_NO_SHARD', `${path} is no result of a shard.`, HOW);
}

/** Two parts of one whole: cut into as many, out of the same drills. */
function checkAlike(one: CheckedShard, other: CheckedShard): void {
  const drills = ({ shard }: CheckedShard) =>
    JSON.stringify(shard.suite.map(({ scenario, guest }) => [scenario, guest]));
  if (one.shard.of === other.shard.of && drills(one) === drills(other)) return;
  throw usageError(
    'SHARDS_DIFFER',
    `${one.path} and ${other.path} are shards of different suites: ${shardName(one.shard)} of ${one.shard.suite.length} drills, ${shardName(other.shard)} of ${other.shard.suite.length}.`,
    'Every shard needs the same version, suite, guests and number of shards.',
  );
}

const shardName = ({ index, of }: Shard): string => `${index}/${of}`;

const isOf = (run: Pick<RunSummary, 'scenario' | 'guest'>, planned: Planned): boolean =>
  run.scenario === planned.scenario && run.guest === planned.guest;

/** The result of a drill that is in no shard's results. */
function notDrilled(
  planned: Planned,
  shards: readonly CheckedShard[],
  missing: readonly number[],
  of: number,
): RunSummary {
  const owner = shards.find(({ shard }) => shard.own.some((own) => isOf(own, planned)));
  const message = owner
    ? `Shard ${shardName(owner.shard)} ended before this drill.`
    : `No result of this drill: shard ${missing.map((index) => `${index}/${of}`).join(' or ')} is missing.`;
  return {
    ...planned,
    accelerator: 'unknown',
    record: null,
    ...brokenOff({ code: owner ? 'DRILL_MISSING' : 'SHARD_MISSING', message }),
  };
}
