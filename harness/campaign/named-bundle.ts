import { existsSync } from 'node:fs';
import type { Bundle } from '../bundle/bundle.js';
import { loadBundle } from '../bundle/load.js';
import { usageError } from '../core/errors.js';
import { quoteUnlessWord } from '../core/must.js';
import { STAND_INS } from '../workload/stand-ins.js';
import { shippedBundle } from './shipped-bundles.js';

/**
 * Loads the bundle in this directory, or the one of this name that comes with oomdrill.
 *
 * @param sought what the caller could have meant, for the error
 * @throws OomdrillError those of `loadShippedBundle`
 */
export async function loadNamedBundle(name: string, sought = 'bundle'): Promise<Bundle> {
  if (existsSync(name)) return loadBundle(name);
  return loadShippedBundle(name, sought);
}

/**
 * Loads the bundle of this name that comes with oomdrill.
 *
 * @param sought what the caller could have meant, for the error
 * @throws OomdrillError `BUNDLE_MISSING`, and those of `shippedBundle` and `loadBundle`
 */
export async function loadShippedBundle(name: string, sought = 'bundle'): Promise<Bundle> {
  const dir = await shippedBundle(name);
  if (dir !== undefined) return loadBundle(dir);
  throw usageError(
    'BUNDLE_MISSING',
    `There is no ${sought} at ${quoteUnlessWord(name)}.`,
    `A bundle is a directory with bundle.json and etc/, or the name of one that comes with oomdrill, such as ${STAND_INS[0].bundle}.`,
  );
}
