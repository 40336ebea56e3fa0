import { existsSync } from 'node:fs';
import type { Bundle } from '../bundle/bundle.js';
import { loadBundle } from '../bundle/load.js';
import { assets } from '../core/assets.js';

/**
 * Loads the bundle in this folder, or the catalogue's bundle of this name.
 *
 * @throws OomdrillError those of `loadBundle`
 */
export function loadNamedBundle(name: string): Promise<Bundle> {
  const known = assets.bundle(name);
  return loadBundle(!existsSync(name) && /^[^/]+$/.test(name) && existsSync(known) ? known : name);
}
