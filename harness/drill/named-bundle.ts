import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Bundle } from '../bundle/bundle.js';
import { loadBundle } from '../bundle/load.js';
import { projectRoot } from '../machine/places.js';

/** Where the catalogue's bundles are. */
export const bundlesDir = (): string => join(projectRoot(), 'fixtures', 'bundles');

/**
 * The bundle of this folder, or the catalogue's of this name.
 *
 * @throws OomdrillError what `loadBundle` throws
 */
export function bundleNamed(name: string): Promise<Bundle> {
  const known = join(bundlesDir(), name);
  return loadBundle(!existsSync(name) && /^[^/]+$/.test(name) && existsSync(known) ? known : name);
}
