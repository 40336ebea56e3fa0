import { existsSync } from 'node:fs';
import type { Bundle } from '../bundle/bundle.js';
import { loadBundle } from '../bundle/load.js';
import { assets } from '../core/assets.js';
import { usageError } from '../core/errors.js';
import { quoteUnlessWord } from '../core/must.js';
import { STAND_INS } from '../workload/stand-ins.js';

/**
 * Loads the bundle in this directory, or the catalogue's bundle of this name.
 *
 * @param sought what the caller could have meant, for the error
 * @throws OomdrillError `BUNDLE_MISSING`, and those of `loadBundle`
 */
export async function loadNamedBundle(name: string, sought = 'bundle'): Promise<Bundle> {
  if (existsSync(name)) return loadBundle(name);
  const known = assets.bundle(name);
  if (/^[^/]+$/.test(name) && existsSync(known)) return loadBundle(known);
  throw usageError(
    'BUNDLE_MISSING',
    `There is no ${sought} at ${quoteUnlessWord(name)}.`,
    `A bundle is a directory with bundle.json and etc/, or the name of one that comes with oomdrill, such as ${STAND_INS[0].bundle}.`,
  );
}
