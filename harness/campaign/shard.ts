import { createHash } from 'node:crypto';
import type { Bundle } from '../bundle/bundle.js';
import { usageError } from '../core/errors.js';
import { mustError } from '../core/must.js';
import type { Scenario } from '../drill/scenario.js';
import { type Campaign, type CampaignPart, type Cell, type Cost, secondsAt } from '../verdict/part.js';
import type { DrillContext } from './context.js';

/** One of several parts of a campaign. */
export interface ShardNumber {
  /** From 1. */
  readonly index: number;
  /** Number of parts. */
  readonly of: number;
}

/** What of a campaign one machine is to do. */
export interface PartChoice {
  readonly shard?: ShardNumber | undefined;
  /** How fast the machine of each shard is, compared with the others; all alike if absent. */
  readonly speeds?: readonly number[] | undefined;
  /** How long cells take, as far as that was measured; the others take what they are expected to. */
  readonly measured?: ReadonlyMap<string, Cost> | undefined;
  /** The keys of cells that have a result already, checked to be of this campaign; all are to be drilled if absent. */
  readonly findDone?: ((campaign: Campaign, cells: readonly Cell[]) => ReadonlySet<string>) | undefined;
}

/** A cell before its campaign is cut. */
export type ExpectedCell = Omit<Cell, 'shard'>;

const SHARD_HINT = 'The part is from 1 to the number of parts: 1/3, 2/3 and 3/3 together are all of it.';

/** Reads `2/3`. @throws OomdrillError `SHARD_INVALID` */
export function parseShard(text: string): ShardNumber {
  const [index = 0, of = 0] = (/^(\d+)\/(\d+)$/.exec(text)?.slice(1) ?? []).map(Number);
  if (index >= 1 && index <= of && Number.isSafeInteger(of)) return { index, of };
  throw mustError('SHARD_INVALID', '--shard', 'name a part and the number of parts, such as 1/3', text, SHARD_HINT);
}

/** Slower than this is not a machine that drills. */
const MIN_SPEED = 0.001;

/** Reads `1,0.5,1`: a number for each of `of` shards. @throws OomdrillError `SPEEDS_INVALID` */
export function parseSpeeds(text: string, of: number): readonly number[] {
  const speeds = text.split(',').map((one) => (/^\d+(?:\.\d+)?$/.test(one) ? Number(one) : Number.NaN));
  if (speeds.length === of && speeds.every((speed) => speed >= MIN_SPEED && speed <= 1 / MIN_SPEED)) return speeds;
  const must = `be ${of} numbers from ${MIN_SPEED} to ${1 / MIN_SPEED} with commas between them, one for each shard, or results of all ${of} shards`;
  throw mustError(
    'SPEEDS_INVALID',
    '--speeds',
    must,
    text,
    '`oomdrill merge` prints the speeds that it measured; a file or a directory of results has them as well.',
  );
}

/** The time of a drill besides its phases and ramps, measured without KVM: install, cold start, most recoveries. */
const AROUND_MS = 15_000;

/** What of a declaration decides how long its drill takes. */
type Declared = Pick<Scenario, 'phases' | 'injections' | 'repair'>;

/** Estimates the time of a drill, milliseconds, from its declaration alone, so that all shards get the same number. */
export function estimateMs(scenario: Declared): number {
  const rampsMs = scenario.injections.reduce((sum, injection) => sum + injection.kind.expectedRampMs(injection), 0);
  return AROUND_MS + rampsMs + waitMs(scenario);
}

const waitMs = ({ phases, repair }: Declared): number => phases.baselineMs + phases.holdMs + (repair?.stayMs ?? 0);

/** What drills one after the other are expected to take, all of them so many times. */
export function estimateCost(scenarios: readonly Declared[], times = 1): Cost {
  const sum = (read: (scenario: Declared) => number) =>
    (times * scenarios.reduce((total, scenario) => total + read(scenario), 0)) / 1_000;
  return { seconds: sum(estimateMs), waitSeconds: sum(waitMs) };
}

/**
 * Gives each cell, the longest first, to the shard that is done with it first: with shards of one speed the last one takes at most a
 * third longer than with the best cut (R. L. Graham, "Bounds on Multiprocessing Timing Anomalies", 1969), with shards of several
 * speeds and cells that only work at most twice as long (Gonzalez, Ibarra and Sahni, "Bounds for LPT Schedules on Uniform
 * Processors", 1977). Every shard comes to the same cut by itself.
 *
 * @param speeds of the shards' machines; what takes a second of work at 1 takes two at 0.5
 */
export function cutCells(
  cells: readonly ExpectedCell[],
  of: number,
  speeds: readonly number[] = Array.from({ length: Math.min(of, cells.length) }, () => 1),
): Cell[] {
  // Of equal shards, those beyond the number of cells get none.
  const loads = speeds.map(() => 0);
  const shardOf = new Map<string, number>();
  const longestFirst = cells.toSorted((a, b) => b.seconds - a.seconds || (a.key < b.key ? -1 : 1));
  for (const cell of longestFirst) {
    const ends = loads.map((load, index) => load + secondsAt(speeds[index] ?? 1, cell));
    const first = ends.indexOf(Math.min(...ends));
    loads[first] = ends[first] ?? 0;
    shardOf.set(cell.key, first + 1);
  }
  return cells.map((cell) => ({ ...cell, shard: shardOf.get(cell.key) ?? 1 }));
}

/**
 * Chooses the cells of this part: all, where nothing else is asked for. With `findDone` it is the missing ones that are cut, and a
 * part may have none.
 *
 * @throws OomdrillError `SHARD_EMPTY`, and what `findDone` throws
 */
export function choosePart(
  declared: readonly ExpectedCell[],
  campaign: Campaign,
  { shard = { index: 1, of: 1 }, speeds, measured, findDone }: PartChoice,
): CampaignPart {
  const { index, of } = shard;
  const expected = declared.map((cell) => ({ ...cell, ...measured?.get(cell.key) }));
  const whole = cutCells(expected, of, speeds);
  const done = findDone?.(campaign, whole) ?? new Set();
  const left = cutCells(
    expected.filter(({ key }) => !done.has(key)),
    of,
    speeds,
  );
  const shardOf = new Map(left.map(({ key, shard }) => [key, shard]));
  const cells = whole.map((cell) => ({ ...cell, shard: shardOf.get(cell.key) ?? cell.shard }));
  const own = left.filter((cell) => cell.shard === index).map(({ key }) => key);
  if (own.length === 0 && !findDone) {
    const message = `Shard ${index}/${of} is empty: there are fewer cells (${expected.length}) than shards, or its speed is too low.`;
    throw usageError('SHARD_EMPTY', message, 'Use fewer shards.');
  }
  return { index, of, campaign, cells, own };
}

/** Options whose value changes what a drill shows. Where a machine has others, its results are not of the same campaign. */
type CampaignSettings = Pick<
  DrillContext,
  'watchdog' | 'probeIntervalMs' | 'load' | 'fullHold' | 'wayIn' | 'version' | 'scale'
> & { readonly machine: { readonly name: string } };

/**
 * Describes a campaign by what all of its parts must have in common.
 *
 * @param more of this campaign's own, such as the number of repetitions
 * @param declared scenarios, and bundles at real scale
 */
export function describeCampaign(settings: CampaignSettings, more: unknown, declared: readonly unknown[]): Campaign {
  const { watchdog, probeIntervalMs, load, fullHold, wayIn, version, scale, machine } = settings;
  const options = hashOf([watchdog, probeIntervalMs, load, fullHold, wayIn, scale, machine.name, more]);
  return { version, options, declarations: hashOf(declared) };
}

/** Functions are left out: they are of the same version. */
const hashOf = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);

/** What of a bundle the drills depend on. */
export const bundleFacts = ({ name, manifest, files }: Bundle) => ({ name, manifest, files });

/** The same of a scenario and the bundle that it names. @throws OomdrillError those of `loadBundle` */
export async function scenarioFacts({ bundle, ...scenario }: Scenario) {
  return { ...scenario, bundle: bundleFacts(await bundle.load()) };
}
