import type { Bundle } from '../bundle/bundle.js';
import { usageError } from '../core/errors.js';
import type { StandIn } from './stand-in.js';
import { T3 } from './t3/t3.js';

/** A table of stand-ins; the first is the default. */
export type StandIns = readonly [StandIn, ...StandIn[]];

/** The stand-ins of oomdrill. */
export const STAND_INS: StandIns = [T3];

/**
 * Finds the stand-in for a bundle's real server: the one that the bundle names, or the one with a settings file in it,
 * or the first of the table. A bundle with its own server gets the first one too, but no settings for it.
 *
 * @throws OomdrillError `STAND_IN_UNKNOWN`
 */
export function findStandIn({ name, manifest, files }: Bundle, standIns: StandIns = STAND_INS): StandIn {
  const { standIn: wanted } = manifest.serving;
  if (wanted === undefined)
    return standIns.find(({ settingsFile }) => files.some(({ path }) => settingsFile.test(path))) ?? standIns[0];
  const found = standIns.find((standIn) => standIn.name === wanted);
  if (found) return found;
  throw usageError(
    'STAND_IN_UNKNOWN',
    `bundle.json of ${name}: there is no stand-in "${wanted}".`,
    `There are: ${standIns.map((standIn) => standIn.name).join(', ')}.`,
  );
}

/** Paths of the programs of real servers, below their folders. */
export const listServerPrograms = (standIns: StandIns = STAND_INS): readonly string[] =>
  standIns.map(({ installation }) => installation.program);

/** Users that every guest has. */
export const listGuestAccounts = (standIns: StandIns = STAND_INS): readonly string[] =>
  standIns.flatMap(({ accounts }) => accounts);
