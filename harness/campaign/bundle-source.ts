import { basename, dirname, resolve } from 'node:path';
import type { Bundle } from '../bundle/bundle.js';
import { loadBundle } from '../bundle/load.js';
import type { BundleSource } from '../drill/scenario.js';
import { loadShippedBundle } from './named-bundle.js';

/** What begins like this is a path, and never the name of a bundle that comes with oomdrill. */
const PATH = /^(?:\.{0,2}\/|\.{1,2}$)/;

/**
 * The bundle that a scenario declares.
 *
 * @param file the scenario's, which paths are relative to
 */
export function bundleSource(declared: string | Bundle | BundleSource, file: string): BundleSource {
  if (typeof declared !== 'string')
    return 'load' in declared ? declared : { name: declared.name, load: async () => declared };
  if (!PATH.test(declared)) return { name: declared, load: () => loadShippedBundle(declared) };
  const dir = resolve(dirname(file), declared);
  return { name: basename(dir), load: () => loadBundle(dir) };
}
