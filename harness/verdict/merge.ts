import { usageError } from '../core/errors.js';
import { groupBy } from '../core/group-by.js';
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
  /** The shards without a result: their numbers from 1, at most the first 20, and how many there are. */
  readonly missing: { readonly numbers: readonly number[]; readonly count: number };
}

/** More missing shards than this are counted, and not named. The number of shards is only what a file says it is. */
const MAX_NAMED = 20;

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
  const missing = findMissing(of, byIndex);
  const found = groupByDrill(shards.flatMap(({ summary }) => summary.runs.map((run) => [run, run])));
  const owners = groupByDrill(shards.flatMap((one) => one.shard.own.map((planned) => [planned, one])));
  const runs = suite.flatMap((planned) => {
    const drill = drillKey(planned);
    return found.get(drill) ?? [createMissingRun(planned, owners.get(drill)?.[0], missing, of)];
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

type Drill = Pick<Planned, 'scenario' | 'guest'>;

const drillKey = ({ scenario, guest }: Drill): string => JSON.stringify([scenario, guest]);

/** What belongs to each drill, by its key. */
function groupByDrill<T>(pairs: readonly (readonly [Drill, T])[]): ReadonlyMap<string, readonly T[]> {
  const groups = groupBy(pairs, ([drill]) => drillKey(drill));
  return new Map([...groups].map(([key, group]) => [key, group.map(([, one]) => one)]));
}

function findMissing(of: number, present: ReadonlyMap<number, unknown>): Merged['missing'] {
  const numbers: number[] = [];
  for (let index = 1; index <= of && numbers.length < MAX_NAMED; index++) if (!present.has(index)) numbers.push(index);
  return { numbers, count: of - present.size };
}

/** The result of a drill that no shard has a result for. */
function createMissingRun(
  planned: Planned,
  owner: CheckedShard | undefined,
  { numbers, count }: Merged['missing'],
  of: number,
): RunSummary {
  const names = numbers.map((index) => `${index}/${of}`);
  if (count > numbers.length) names.push(`one of ${count - numbers.length} others`);
  const message = owner
    ? `Shard ${shardName(owner.shard)} ended before it ran this drill.`
    : `This drill has no result: shard ${names.join(' or ')} is missing.`;
  return {
    ...planned,
    accelerator: 'unknown',
    record: null,
    ...summarizeFailed({ code: owner ? 'DRILL_MISSING' : 'SHARD_MISSING', message }),
  };
}
