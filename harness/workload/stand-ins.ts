import type { Bundle } from '../bundle/bundle.js';
import { usageError } from '../core/errors.js';
import type { StandIn } from './stand-in.js';
import { T3 } from './t3/t3.js';

/** A table of stand-ins; the first serves where nothing tells of another. */
export type StandIns = readonly [StandIn, ...StandIn[]];

/** The stand-ins that oomdrill brings along. */
export const STAND_INS: StandIns = [T3];

/**
 * What serves in the place of a bundle's real server: what the bundle names, or else what has a settings file in it. The first of the
 * table stands for a bundle that brings a server of its own, and is told nothing there.
 *
 * @throws OomdrillError `STAND_IN_UNKNOWN`
 */
export function standInOf({ name, manifest, files }: Bundle, standIns: StandIns = STAND_INS): StandIn {
  const { standIn: named } = manifest.serving;
  if (named === undefined)
    return standIns.find(({ settingsFile }) => files.some(({ path }) => settingsFile.test(path))) ?? standIns[0];
  const found = standIns.find((standIn) => standIn.name === named);
  if (found) return found;
  throw usageError(
    'STAND_IN_UNKNOWN',
    `bundle.json of ${name}: there is no stand-in "${named}".`,
    `There are: ${standIns.map((standIn) => standIn.name).join(', ')}.`,
  );
}

/** What starts a real server, below the folder that it is installed in. */
export const serverPrograms = (standIns: StandIns = STAND_INS): readonly string[] =>
  standIns.map(({ installation }) => installation.program);

/** Users that every guest has. */
export const guestAccounts = (standIns: StandIns = STAND_INS): readonly string[] =>
  standIns.flatMap(({ accounts }) => accounts);
