import { existsSync } from 'node:fs';
import type { Bundle } from '../bundle/bundle.js';
import { loadBundle } from '../bundle/load.js';
import { assets } from '../core/assets.js';

/**
 * The bundle of this folder, or the catalogue's of this name.
 *
 * @throws OomdrillError what `loadBundle` throws
 */
export function bundleNamed(name: string): Promise<Bundle> {
  const known = assets.bundle(name);
  return loadBundle(!existsSync(name) && /^[^/]+$/.test(name) && existsSync(known) ? known : name);
}
