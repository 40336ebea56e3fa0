import { choosePart, type PartChoice, parseShard, parseSpeeds } from '../campaign/shard.js';
import { usageError } from '../core/errors.js';
import { say } from '../core/say.js';
import { checkSameCampaign, type Part } from '../verdict/part.js';
import { listFlag, valueFlag } from './flag.js';
import { readParts } from './read-parts.js';
import { fileNames } from './words.js';

/** Options of every command that drills a campaign, of which a machine may do a part. */
export const partFlags = {
  shard: valueFlag(
    '<i/n>',
    'drill only part i of n, such as 1/3; all parts take about the same time, and `oomdrill merge` joins their results',
  ),
  speeds: valueFlag(
    '<list>',
    'with --shard: how fast the machine of each part is, such as 1,0.5,1, so that a slow one gets less to do; give all parts the same list; `oomdrill merge` prints what it measured',
    { rule: { needs: 'shard' } },
  ),
  onlyMissing: listFlag(
    '<file|dir>',
    'drill only what has no result yet in these files, which earlier parts wrote with --json, or in the .json files of a directory; `oomdrill merge` joins old and new results',
    { words: fileNames },
  ),
};

/** Chooses the cells of this part, of which there must be one. @throws OomdrillError `NOTHING_MISSING`, and those of `choosePart` */
export function chooseSome(...asked: Parameters<typeof choosePart>): Part {
  const part = choosePart(...asked);
  if (part.own.length > 0) return part;
  const message = `Nothing is missing that shard ${part.index}/${part.of} would drill.`;
  throw usageError('NOTHING_MISSING', message, '`oomdrill merge` joins what there is.');
}

/** What those options say. */
interface PartFlags {
  readonly shard?: string | undefined;
  readonly speeds?: string | undefined;
  readonly onlyMissing?: readonly string[] | undefined;
}

/**
 * Reads what of a campaign is to be drilled here. A file of results that cannot be read is named, and counts as missing.
 *
 * @returns `isWhole`: nothing but all of it was asked for
 * @throws OomdrillError `SHARD_INVALID`, `SPEEDS_INVALID`, `SPEEDS_ALONE`, and those of `readParts`
 */
export async function readPartFlags({ shard, speeds, onlyMissing }: PartFlags): Promise<{
  readonly choice: PartChoice;
  readonly isWhole: boolean;
}> {
  const number = shard === undefined ? undefined : parseShard(shard);
  if (speeds !== undefined && !number)
    throw usageError('SPEEDS_ALONE', '--speeds must be used with --shard.', 'For example: --shard 1/2 --speeds 1,0.5');
  const choice: PartChoice = {
    shard: number,
    speeds: speeds === undefined || !number ? undefined : parseSpeeds(speeds, number.of),
  };
  if (onlyMissing === undefined) return { choice, isWhole: number === undefined };
  const { read, faults } = await readParts(onlyMissing);
  for (const fault of faults) say(fault.message);
  const findDone: PartChoice['findDone'] = (campaign, cells) => {
    const asked = { index: 1, of: 1, campaign, cells: [...cells], own: [] };
    checkSameCampaign([
      { path: 'What is asked for', part: asked, done: new Set(), errors: new Map() },
      ...read.map(({ part }) => part),
    ]);
    return new Set(read.flatMap(({ part }) => [...part.done]));
  };
  return { choice: { ...choice, findDone }, isWhole: false };
}
