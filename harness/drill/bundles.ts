import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bundle } from '../bundle/bundle.js';
import { loadBundle } from '../bundle/load.js';
import { projectRoot } from '../machine/places.js';

/** The folder of the bundles that scenarios name. */
export const bundlesDir = (): string => join(projectRoot(), 'fixtures', 'bundles');

/**
 * A bundle by its name in fixtures/bundles/, or else by its folder.
 *
 * @throws OomdrillError what `loadBundle` throws
 */
export async function bundleAt(nameOrDir: string): Promise<Bundle> {
  const named = /^[\w.-]+$/.test(nameOrDir) ? join(bundlesDir(), nameOrDir) : undefined;
  const isThere = named !== undefined && (await stat(join(named, 'bundle.json')).catch(() => undefined)) !== undefined;
  return loadBundle(isThere ? named : nameOrDir);
}
