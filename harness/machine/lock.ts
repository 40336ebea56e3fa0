import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { execa } from 'execa';
import { machineError } from '../core/errors.js';

/**
 * Runs `work` while holding an exclusive flock(2) on `path`. The kernel drops the lock when its holder dies, however it
 * dies, so that no stale lock can be left. Held by util-linux' flock(1), because Node has no flock of its own.
 */
export async function withLock<T>(path: string, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
  await mkdir(dirname(path), { recursive: true });
  const holder = execa('flock', ['--exclusive', '--no-fork', path, 'sh', '-c', 'echo locked; cat'], {
    reject: false,
    stdin: 'pipe',
    ...(signal ? { cancelSignal: signal } : {}),
  });
  const locked = await new Promise<boolean>((resolve) => {
    holder.stdout?.once('data', () => resolve(true));
    holder.once('close', () => resolve(false));
    holder.once('error', () => resolve(false));
  });
  if (!locked) {
    signal?.throwIfAborted();
    throw machineError(
      'LOCK',
      `The lock ${path} could not be taken.`,
      'Is util-linux (flock) installed, and the folder writable?',
    );
  }
  try {
    return await work();
  } finally {
    holder.stdin?.end();
    await holder;
  }
}
