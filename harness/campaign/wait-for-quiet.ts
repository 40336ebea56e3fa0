/**
 * How long the second try of a spoiled drill waits for a quiet host where nothing else is said: an installation or a
 * build is over by then.
 */
export const DEFAULT_WAIT_FOR_QUIET = '10min';
