import type { Bundle } from '../bundle/bundle.js';
import { describeUnknownKey } from '../bundle/manifest.js';
import { loadNamedBundle } from '../campaign/named-bundle.js';
import type { Progress } from '../machine/machine.js';

/**
 * Loads the bundle that the command line names, and warns about keys of its bundle.json that have no effect.
 *
 * @throws OomdrillError those of `loadNamedBundle`
 */
export async function loadBundleWithWarnings(name: string, progress: Progress): Promise<Bundle> {
  const bundle = await loadNamedBundle(name);
  for (const key of bundle.unknownKeys ?? []) progress(`warning: bundle.json: ${describeUnknownKey(key)}.`);
  return bundle;
}
