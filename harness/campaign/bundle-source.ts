import { basename, dirname, resolve } from 'node:path';
import type { Bundle } from '../bundle/bundle.js';
import { loadBundle } from '../bundle/load.js';
import { withSettings } from '../bundle/with-settings.js';
import { OomdrillError } from '../core/errors.js';
import type { BundleSource, ChangedBundle, ScenarioDeclaration } from '../drill/scenario.js';
import { loadShippedBundle } from './named-bundle.js';

/** What begins like this is a path, and never the name of a bundle that comes with oomdrill. */
const PATH = /^(?:\.{0,2}\/|\.{1,2}$)/;

/**
 * The bundle that a scenario declares.
 *
 * @param file the scenario's, which paths are relative to; errors of `load` begin with it
 */
export function bundleSource(declared: ScenarioDeclaration['bundle'], file: string): BundleSource {
  if (typeof declared === 'object' && 'from' in declared) return changedSource(declared, file);
  if (typeof declared !== 'string')
    return 'load' in declared ? declared : { name: declared.name, load: async () => declared };
  if (!PATH.test(declared)) return { name: declared, load: () => loadFor(file, () => loadShippedBundle(declared)) };
  const dir = resolve(dirname(file), declared);
  return { name: basename(dir), load: () => loadFor(file, () => loadBundle(dir)) };
}

/** In records and the history it has a name of its own: what it shows does not hold for the bundle that it comes from. */
function changedSource({ from, set }: ChangedBundle, file: string): BundleSource {
  const source = bundleSource(from, file);
  const changes = Object.entries(set).map(([key, value]) => `${key}-${value}`);
  const name = [source.name, ...changes].join('-').replaceAll(/[^\w.-]/g, '_');
  return { name, load: async () => ({ ...withSettings(await source.load(), set), name }) };
}

/** Of several scenarios that are drilled together, one has the bundle that cannot be loaded. */
async function loadFor(file: string, load: () => Promise<Bundle>): Promise<Bundle> {
  try {
    return await load();
  } catch (thrown) {
    if (!(thrown instanceof OomdrillError)) throw thrown;
    const { code, kind, message, hint } = thrown;
    throw new OomdrillError({ code, kind, message: `${file}: ${message}`, hint, cause: thrown });
  }
}
