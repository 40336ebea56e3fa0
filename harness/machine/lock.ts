import { dirname } from 'node:path';
import { execa } from 'execa';
import { machineError, messageOf } from '../core/errors.js';
import { makeDirs } from '../core/make-dirs.js';

const HINT = 'Install util-linux (flock), or name a directory that can be written with OOMDRILL_CACHE.';

/**
 * Runs `work` while holding an exclusive flock(2) on `path`. The kernel drops the lock when its holder dies, however it
 * dies, so that no stale lock can be left. Held by util-linux' flock(1), because Node has no flock of its own.
 */
export async function withLock<T>(path: string, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
  await makeDirs(dirname(path)).catch((cause: unknown) => {
    throw machineError('LOCK', `Could not make the directory of the lock ${path}: ${messageOf(cause)}.`, HINT, cause);
  });
  const holder = execa('flock', ['--exclusive', '--no-fork', path, 'sh', '-c', 'echo locked; cat'], {
    reject: false,
    stdin: 'pipe',
    cancelSignal: signal,
  });
  const locked = await new Promise<boolean>((resolve) => {
    holder.stdout?.once('data', () => resolve(true));
    holder.once('close', () => resolve(false));
    holder.once('error', () => resolve(false));
  });
  if (!locked) {
    signal?.throwIfAborted();
    throw machineError('LOCK', `Could not get the lock ${path}.`, HINT);
  }
  try {
    return await work();
  } finally {
    holder.stdin?.end();
    await holder;
  }
}
