import { resolve } from 'node:path';
import envPaths from 'env-paths';

const xdg = envPaths('oomdrill', { suffix: '' });

/** Absolute, as all paths here: programs that are given one read no option in it. Images and snapshots: may be deleted at any time, is rebuilt. `$XDG_CACHE_HOME/oomdrill`. */
export const cacheDir = (): string => resolve(process.env.OOMDRILL_CACHE || xdg.cache);

/** The ledger of what runs: `$XDG_STATE_HOME/oomdrill`. */
export const stateDir = (): string => resolve(process.env.OOMDRILL_STATE || xdg.log);
