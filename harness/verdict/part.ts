import { z } from 'zod';
import { usageError } from '../core/errors.js';
import { median } from '../core/median.js';

// A campaign is a list of cells. A part of it is what one machine does of them, and says of itself in its results.

const cellSchema = z.object({
  key: z.string().describe('What it drills, and on what: `runaway-past-max on trixie`. No two cells are alike.'),
  seconds: z.number().nonnegative().describe('How long it is expected to take where the speed is 1, seconds.'),
  waitSeconds: z
    .number()
    .nonnegative()
    .optional()
    .describe('Those of them that are as long on every machine, because a drill waits and watches; absent for none.'),
  shard: z.number().int().positive().describe('The shard that it belongs to, from 1, as this campaign was cut.'),
});

const campaignSchema = z
  .object({
    version: z.string().describe('The version of oomdrill.'),
    options: z.string().describe('A hash of the options that change what a drill shows.'),
    declarations: z.string().describe('A hash of the scenarios and bundles that are drilled, at real scale.'),
  })
  .describe('What all parts of one campaign have in common.');

/** The part of a campaign that a result is of. */
export const partSchema = z
  .object({
    index: z.number().int().positive().describe('Number of the shard, from 1.'),
    of: z.number().int().positive().describe('How many shards there are.'),
    campaign: campaignSchema,
    cells: z.array(cellSchema).describe('All cells of the campaign, in its order.'),
    own: z.array(z.string()).describe('The keys of the cells of this part.'),
    done: z
      .array(z.string())
      .optional()
      .describe('The keys of those that came to their end; absent in a run, whose drills tell.'),
    errors: z
      .record(z.string(), z.string())
      .optional()
      .describe('Of cells that an error broke off, by their keys, a sentence that says why; absent in a run.'),
    tookMs: z
      .number()
      .nonnegative()
      .optional()
      .describe('How long its drills took, one after the other, milliseconds; absent where none ended.'),
  })
  .describe('The part of a campaign that this is: with it, `merge` finds what is missing.');

export type Cell = z.infer<typeof cellSchema>;

/** What a cell costs. */
export type Cost = Pick<Cell, 'seconds' | 'waitSeconds'>;

/** How long a cell takes on a machine of that speed, seconds: waiting is as long everywhere, and the rest is work. */
export const secondsAt = (speed: number, { seconds, waitSeconds = 0 }: Cost): number =>
  waitSeconds + (seconds - waitSeconds) / speed;

export type Campaign = z.infer<typeof campaignSchema>;
export type CampaignPart = z.infer<typeof partSchema>;

/** The key of a cell of `run`. @param round from 1 */
export function runCellKey({ scenario, guest }: { scenario: string; guest: string }, round = 1): string {
  return `${scenario} on ${guest}${round === 1 ? '' : `, round ${round}`}`;
}

/** The key of a cell that is not a drill of a scenario: what is done, to which bundle. */
export const cellKey = (what: string, bundle: string, guest: string): string => `${what} of ${bundle} on ${guest}`;

/** A part, and the file that says it. */
export interface ReadPart {
  readonly path: string;
  /** One of an earlier version does not say of what campaign it is, and to which shards the other cells belong. */
  readonly part: Omit<CampaignPart, 'campaign' | 'cells'> & {
    readonly campaign?: Campaign | undefined;
    readonly cells: readonly (Omit<Cell, 'shard'> & { readonly shard?: number })[];
  };
  /** The cells that it has a result of. A drill that an error broke off is none. */
  readonly done: ReadonlySet<string>;
  /** Of cells that an error broke off, what it said. */
  readonly errors: ReadonlyMap<string, string>;
  /** How long cells took; of a run, whose cells are drills. */
  readonly took?: ReadonlyMap<string, CellTime>;
}

/** How long a drill took, and on how fast a guest. */
export interface CellTime {
  readonly ms: number;
  /** Of it baseline, hold and a repair's stay: as long on every machine. */
  readonly waitMs: number;
  /** Of the guest, compared with a usual one; undefined where it was not measured. */
  readonly speed: number | undefined;
}

/** A cell without a result, and why, as a sentence without its full stop. */
export interface MissingCell {
  readonly key: string;
  /** Expected, seconds. */
  readonly seconds: number;
  /** Whether its shard has no result at all, or one without it. */
  readonly code: 'SHARD_MISSING' | 'DRILL_MISSING';
  readonly why: string;
}

/**
 * Checks that parts are of one campaign, however it was cut into them.
 *
 * @throws OomdrillError `SHARDS_DIFFER`, which names two files and what differs
 */
export function checkSameCampaign([first, ...others]: readonly ReadPart[]): void {
  if (!first) return;
  for (const other of others) {
    const difference = findDifference(first, other);
    if (difference === undefined) continue;
    throw usageError(
      'SHARDS_DIFFER',
      `${first.path} and ${other.path} are not of one campaign: ${difference}.`,
      'Run all shards with the same version, commit, options, scenarios and guests, and merge only those.',
    );
  }
}

function findDifference({ part: one }: ReadPart, { part: other }: ReadPart): string | undefined {
  const [a, b] = [one.campaign, other.campaign];
  if (a && b && a.version !== b.version) return `they were made by oomdrill ${a.version} and ${b.version}`;
  const [keys, otherKeys] = [one, other].map(({ cells }) => JSON.stringify(cells.map(({ key }) => key)));
  if (keys !== otherKeys)
    return `the first has ${one.cells.length} cells, the other one ${other.cells.length}, and they are not the same`;
  if (a && b && a.options !== b.options) return 'they were drilled with different options';
  if (a && b && a.declarations !== b.declarations)
    return 'their scenarios or bundles differ, as those of two commits do';
  return undefined;
}

/** Finds the cells of a campaign that none of its parts has a result of, in the campaign's order. */
export function findMissingCells(parts: readonly ReadPart[]): MissingCell[] {
  const [first] = parts;
  if (!first) return [];
  const done = new Set(parts.flatMap((part) => [...part.done]));
  const owners = new Map(parts.flatMap((one) => one.part.own.map((key) => [key, one] as const)));
  const errors = new Map(parts.flatMap((one) => [...one.errors]));
  const absent = nameAbsentShards(parts);
  return first.part.cells
    .filter(({ key }) => !done.has(key))
    .map(({ key, seconds, shard }) => {
      const owner = owners.get(key)?.part;
      const lost = shard === undefined ? absent : `${shard}/${first.part.of}`;
      if (!owner) return { key, seconds, code: 'SHARD_MISSING', why: `shard ${lost} is missing` };
      const why = errors.get(key) ?? `shard ${owner.index}/${owner.of} ended before it ran this`;
      return { key, seconds, code: 'DRILL_MISSING', why };
    });
}

/** More shards than this are counted, and not named. The number of shards is only what a file says it is. */
const MAX_NAMED = 20;

function nameAbsentShards(parts: readonly ReadPart[]): string {
  const of = parts[0]?.part.of ?? 0;
  const present = new Set(parts.flatMap(({ part }) => (part.of === of ? [part.index] : [])));
  const names: string[] = [];
  for (let index = 1; index <= of && names.length < MAX_NAMED; index++)
    if (!present.has(index)) names.push(`${index}/${of}`);
  const others = of - present.size - names.length;
  return [...names, ...(others > 0 ? [`one of ${others} others`] : [])].join(' or ');
}

/** How fast the machine of each shard was, compared with the others. */
export interface ShardSpeed {
  readonly index: number;
  readonly speed: number;
}

/** The measured speeds of shards, by their number. Of a cut into another number of shards than the first one nothing is said. */
export function measureSpeeds(parts: readonly ReadPart[]): ShardSpeed[] {
  const of = parts[0]?.part.of;
  const speeds = new Map<number, number>();
  for (const part of parts) {
    const speed = part.part.of === of ? (speedOfGuests(part) ?? speedByExpectation(part)) : undefined;
    if (speed !== undefined) speeds.set(part.part.index, speed);
  }
  return [...speeds].map(([index, speed]) => ({ index, speed })).sort((a, b) => a.index - b.index);
}

/**
 * As the guests of its drills were measured: it says the same whichever drills the shard had, and however well it is known how long
 * those take. The median, as each was measured within a second, in which anything may happen on a host.
 */
function speedOfGuests({ took }: ReadPart): number | undefined {
  const speeds = [...(took?.values() ?? [])].flatMap(({ speed }) => speed ?? []);
  return speeds.length === 0 ? undefined : median(speeds);
}

/** Where no guest was measured: how long its cells were expected to take, of how long they took. */
function speedByExpectation({ part, done }: ReadPart): number | undefined {
  if (!part.tookMs) return undefined;
  const own = new Set(part.own);
  const expected = part.cells.filter(({ key }) => own.has(key) && done.has(key));
  const seconds = expected.reduce((sum, cell) => sum + cell.seconds, 0);
  return seconds > 0 ? (1_000 * seconds) / part.tookMs : undefined;
}

/**
 * How long the cells would have taken where the speed is 1: how long they took, without what the speed of their machine added to their
 * work. So a cell that is always longer than it was expected to be is known, whichever machine has it the next time.
 */
export function measureCells(parts: readonly ReadPart[]): ReadonlyMap<string, Cost> {
  const speeds = new Map(measureSpeeds(parts).map(({ index, speed }) => [index, speed]));
  return new Map(
    parts.flatMap(({ part, took }) => {
      const speed = speeds.get(part.index);
      if (speed === undefined || !took) return [];
      return [...took].map(([key, { ms, waitMs }]) => {
        const waitSeconds = waitMs / 1_000;
        return [key, { seconds: waitSeconds + ((ms - waitMs) / 1_000) * speed, waitSeconds }] as const;
      });
    }),
  );
}
