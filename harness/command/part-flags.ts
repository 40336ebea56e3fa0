import { existsSync } from 'node:fs';
import { choosePart, type PartChoice, parseShard, parseSpeeds } from '../campaign/shard.js';
import { usageError } from '../core/errors.js';
import { say } from '../core/say.js';
import { type CampaignPart, checkSameCampaign, measureCells, measureSpeeds } from '../verdict/part.js';
import { readParts } from './read-parts.js';

/** Chooses the cells of this part, of which there must be one. @throws OomdrillError `NOTHING_MISSING`, and those of `choosePart` */
export function chooseSome(...asked: Parameters<typeof choosePart>): CampaignPart {
  const part = choosePart(...asked);
  if (part.own.length > 0) return part;
  const message = `Nothing is missing that shard ${part.index}/${part.of} would drill.`;
  throw usageError('NOTHING_MISSING', message, '`oomdrill merge` joins what there is.');
}

/** The value of `--speeds`: speeds, or an earlier campaign's results. @throws OomdrillError `SPEEDS_INVALID`, `SPEEDS_UNKNOWN`, those of `readParts` */
async function readSpeeds(text: string, of: number): Promise<Pick<PartChoice, 'speeds' | 'measured'>> {
  if (!existsSync(text)) return { speeds: parseSpeeds(text, of) };
  const { read, faults } = await readParts([text]);
  for (const fault of faults) say(fault.message);
  const parts = read.map(({ part }) => part);
  const measured = measureSpeeds(parts);
  const speeds = Array.from({ length: of }, (_, index) => measured.find((one) => one.index === index + 1)?.speed);
  if (speeds.every((speed) => speed !== undefined)) return { speeds, measured: measureCells(parts) };
  throw usageError(
    'SPEEDS_UNKNOWN',
    `${text} does not say how fast the machines of ${of} shards were: it has drills of ${measured.length} of them.`,
    'Name the directory of what all shards of an earlier campaign wrote with --json.',
  );
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
 * @throws OomdrillError `SHARD_INVALID`, `SPEEDS_ALONE`, and those of `readSpeeds` and `readParts`
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
    ...(speeds === undefined || !number ? {} : await readSpeeds(speeds, number.of)),
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
