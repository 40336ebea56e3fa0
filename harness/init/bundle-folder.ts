import { relative, resolve } from 'node:path';
import { loadBundle } from '../bundle/load.js';
import { usageError } from '../core/errors.js';
import { isWithin } from '../core/within.js';
import { listBundleNeeds } from './bundle-needs.js';
import { type ChosenBundle, newBundlePath } from './chosen-bundle.js';
import { plainName } from './plain-name.js';

/**
 * Chooses a bundle that is there, such as one that `oomdrill capture` wrote: it is copied, unless it is in the new folder.
 *
 * @throws OomdrillError `INIT_BUNDLE` if the new folder is in the bundle, and those of `loadBundle` and `listBundleNeeds`
 */
export async function chooseBundleFolder(from: string, dir: string): Promise<ChosenBundle> {
  const bundle = await loadBundle(from);
  if (isWithin(dir, from))
    throw usageError(
      'INIT_BUNDLE',
      `The new folder ${dir} must not be in the bundle ${from}.`,
      'Name another directory: the bundle is copied into it.',
    );
  const name = plainName(bundle.name);
  const chosen = { bundle: { ...bundle, name }, needs: listBundleNeeds(bundle) };
  return isWithin(from, dir)
    ? { ...chosen, path: relative(dir, from), origin: { kind: 'there' } }
    : { ...chosen, path: newBundlePath(name), origin: { kind: 'copied', from: resolve(from) } };
}
