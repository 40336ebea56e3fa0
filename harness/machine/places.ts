import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import envPaths from 'env-paths';

const xdg = envPaths('oomdrill', { suffix: '' });

/** Images and snapshots: may be deleted at any time, is rebuilt. `$XDG_CACHE_HOME/oomdrill`. */
export const cacheDir = (): string => process.env.OOMDRILL_CACHE ?? xdg.cache;

/** The ledger of what runs: `$XDG_STATE_HOME/oomdrill`. */
export const stateDir = (): string => process.env.OOMDRILL_STATE ?? xdg.log;

/** The top of the project: the folder that holds package.json, whether this runs from the sources or from `dist/`. */
export function projectRoot(): string {
  let dir = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(dir, 'package.json'))) {
    const parent = dirname(dir);
    if (parent === dir) throw new Error('oomdrill does not stand in its project folder: package.json was not found');
    dir = parent;
  }
  return dir;
}

/** Where the programs for the guest are built. */
export const guestProgram = (name: string): string => join(projectRoot(), 'dist', 'guest', name);
