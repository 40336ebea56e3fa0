import { usageError } from '../core/errors.js';
import { groupBy } from '../core/group-by.js';
import {
  type CellTime,
  checkSameCampaign,
  findMissingCells,
  type MissingCell,
  type ReadPart,
  runCellKey,
} from './part.js';
import { summarize, summarizeFailed } from './summarize.js';
import type { Planned, RunPart, RunSummary, Summary } from './summary.js';

/** The result file of one part of a campaign of `run`, and its path. */
export interface ShardResult {
  readonly path: string;
  readonly summary: Summary;
}

/** The results of all parts, as of one run. */
export interface Merged {
  readonly summary: Summary;
  readonly parts: readonly ReadPart[];
  readonly missing: readonly MissingCell[];
}

/** How the files are made that can be merged. */
export const HOW_TO_MERGE = 'Name files that `oomdrill run`, `map`, `validate` or `mutate` wrote with --json.';

/**
 * Joins the results of the parts of a run, in the run's order. Named twice, a file or a drill counts once. A drill that an error broke
 * off is replaced by one that another part has of the same cell. A cell without a result gets an error as its result,
 * so that a run that is not whole never passes.
 *
 * @throws OomdrillError `SHARD_NONE`, `SHARD_NO_SHARD`, `SHARDS_DIFFER`, each naming the files
 */
export function mergeShards(results: readonly ShardResult[]): Merged {
  const inOrder = results.map(toRunPart).sort(byShard);
  const [first] = inOrder;
  if (!first) throw usageError('SHARD_NONE', 'At least one result must be named.', HOW_TO_MERGE);
  checkSameCampaign(inOrder);
  const missing = findMissingCells(inOrder);
  const missingByKey = new Map(missing.map((one) => [one.key, one]));
  const runs = groupByDrill(distinct(inOrder.flatMap(({ summary }) => summary.runs)));
  const wanted = countRounds(first.part.cells, first.drills);
  const joined = first.drills.flatMap((planned) => {
    const drilled = runs.get(runCellKey(planned)) ?? [];
    const [broken, good] = [drilled.filter(isBroken), drilled.filter((run) => !isBroken(run))];
    const keys = wanted.get(runCellKey(planned)) ?? [];
    const lost = keys.flatMap((key) => missingByKey.get(key) ?? []).map((one) => createMissingRun(planned, one));
    const fill = [...broken, ...lost.slice(broken.length)];
    return [...good, ...fill.slice(0, Math.max(0, keys.length - good.length))];
  });
  const at = inOrder
    .map(({ summary }) => summary.at ?? '')
    .sort()
    .at(-1);
  const part = first.summary.part && {
    ...first.summary.part,
    index: 1,
    of: 1,
    cells: first.summary.part.cells.map((cell) => ({ ...cell, shard: 1 })),
    own: first.part.cells.map(({ key }) => key),
    tookMs: undefined,
  };
  const occasion = { ...(at ? { at } : {}), ...(part ? { part } : {}) };
  return { summary: summarize(joined, first.summary.host, occasion), parts: inOrder, missing };
}

/** A result of `run` as a part of its campaign. */
export interface ReadRunPart extends ReadPart, ShardResult {
  readonly drills: readonly Planned[];
}

/** @throws OomdrillError `SHARD_NO_SHARD` where a result does not say of what it is a part */
export function toRunPart({ path, summary }: ShardResult): ReadRunPart {
  const part = summary.part ?? partOfShard(summary);
  if (!part || part.index > part.of)
    throw usageError('SHARD_NO_SHARD', `${path} is not the result of a shard, or of a whole run.`, HOW_TO_MERGE);
  const done = new Set<string>();
  const errors = new Map<string, string>();
  const took = new Map<string, CellTime>();
  const own = new Set(part.own);
  const rounds = countRounds(part.cells, part.drills);
  for (const [drill, runs] of groupByDrill(summary.runs)) {
    const keys = (rounds.get(drill) ?? []).filter((key) => own.has(key));
    // A verdict says what a drill proved; which round it was is not, and does not matter.
    const good = runs.filter((run) => !isBroken(run));
    for (const [index, key] of keys.slice(0, good.length).entries()) {
      done.add(key);
      const time = timeOf(good[index]);
      if (time) took.set(key, time);
    }
    const broken = runs.filter(isBroken);
    for (const [index, key] of keys.slice(good.length).entries()) {
      const reason = broken[index]?.reasons[0];
      if (reason !== undefined) errors.set(key, reason.replace(/\.$/, ''));
    }
  }
  return { path, summary, part, drills: part.drills, done, errors, took };
}

function timeOf(run: RunSummary | undefined): CellTime | undefined {
  if (!run?.timings) return undefined;
  const { totalMs, baselineMs = 0, holdMs, repairMs = 0 } = run.timings;
  return { ms: totalMs, waitMs: baselineMs + holdMs + repairMs, speed: run.guestSpeed };
}

/** What a shard of an earlier version says of itself. */
function partOfShard({
  shard,
}: Summary): (Omit<RunPart, 'campaign' | 'cells'> & Pick<ReadPart['part'], 'cells'>) | undefined {
  if (!shard) return undefined;
  const { index, of, own, suite } = shard;
  const cells = suite.map((planned) => ({ key: runCellKey(planned), seconds: 0 }));
  return { index, of, cells, own: own.map((planned) => runCellKey(planned)), drills: suite };
}

/** In whatever order files are named, the results are the same. */
const byShard = (one: ReadRunPart, other: ReadRunPart): number =>
  one.part.index - other.part.index || orderOf(one).localeCompare(orderOf(other), 'en');

const orderOf = ({ summary, path }: ShardResult): string => `${summary.at ?? ''} ${path}`;

/** The keys of each drill's rounds. */
function countRounds(cells: ReadPart['part']['cells'], drills: readonly Planned[]): Map<string, string[]> {
  const rounds = new Map(drills.map((planned) => [runCellKey(planned), [] as string[]]));
  for (const { key } of cells) rounds.get(key.replace(/, round \d+$/, ''))?.push(key);
  return rounds;
}

const isBroken = ({ verdict }: RunSummary): boolean => verdict === 'error';

/** A drill has an ID of its own; what has none is known by all that it says. */
function distinct(runs: readonly RunSummary[]): RunSummary[] {
  return [...new Map(runs.map((run) => [run.id ?? JSON.stringify(run), run])).values()];
}

const groupByDrill = (runs: readonly RunSummary[]): ReadonlyMap<string, readonly RunSummary[]> =>
  groupBy(runs, (run) => runCellKey(run));

/** The result of a drill that no part has a result of. */
function createMissingRun(planned: Planned, { code, why }: MissingCell): RunSummary {
  const message = `This drill has no result: ${why}.`;
  const failed = summarizeFailed({ code, message });
  return { ...planned, accelerator: 'unknown', record: null, ...failed };
}
