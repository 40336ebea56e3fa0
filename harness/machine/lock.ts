import { dirname } from 'node:path';
import { machineError, messageOf } from '../core/errors.js';
import { withLock } from '../core/lock.js';
import { makeDirs } from '../core/make-dirs.js';

const HINT = 'Install util-linux (flock), or name a directory that can be written with OOMDRILL_CACHE.';

/**
 * Does work on the cache while holding a lock there, for which its directory is made.
 *
 * @throws OomdrillError `LOCK`, the signal's reason, and what the work throws
 */
export async function withCacheLock<T>(
  path: string,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  await makeDirs(dirname(path)).catch((cause: unknown) => {
    throw machineError('LOCK', `Could not make the directory of the lock ${path}: ${messageOf(cause)}.`, HINT, cause);
  });
  return withLock(path, signal, work, async (thrown) => {
    if (signal?.aborted) throw thrown;
    throw machineError('LOCK', `Could not get the lock ${path}: ${messageOf(thrown)}.`, HINT, thrown);
  });
}
