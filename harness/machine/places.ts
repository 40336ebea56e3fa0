import envPaths from 'env-paths';

const xdg = envPaths('oomdrill', { suffix: '' });

/** Images and snapshots: may be deleted at any time, is rebuilt. `$XDG_CACHE_HOME/oomdrill`. */
export const cacheDir = (): string => process.env.OOMDRILL_CACHE ?? xdg.cache;

/** The ledger of what runs: `$XDG_STATE_HOME/oomdrill`. */
export const stateDir = (): string => process.env.OOMDRILL_STATE ?? xdg.log;
