import { spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { type FileHandle, open, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { machineError } from './errors.js';
import { followLinks } from './follow-links.js';

/**
 * Does work while holding an exclusive lock, flock(2), on a file that is made for it and removed afterwards. The kernel drops the lock
 * when its holder dies, however it dies: a file that is left locks nothing.
 *
 * @param path in a directory that exists
 * @param refused what is done instead where the lock cannot be had; gets the system's error, or the signal's reason
 * @throws what the work and `refused` throw
 */
export async function withLock<T>(
  path: string,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
  refused: (thrown: unknown) => Promise<T>,
): Promise<T> {
  let held: FileHandle;
  try {
    held = await takeLock(path, signal);
  } catch (thrown) {
    return refused(thrown);
  }
  await using _ = held;
  try {
    return await work();
  } finally {
    // While it is still locked: a process that waits for this file sees then that the path leads to another one.
    await unlink(path).catch(() => {});
  }
}

/** No work on a small file takes that long, milliseconds. */
const HELD_MS = 60_000;

/**
 * Does work that reads a file and writes it anew, while no other process does the same. Where nothing can be locked, as in a directory
 * that takes no other file, the work is done nevertheless: results count for more than their order.
 *
 * @throws OomdrillError `LOCK` when another process does not let go of it, and what the work throws
 */
export async function withFileLocked<T>(file: string, work: () => Promise<T>, heldMs = HELD_MS): Promise<T> {
  const path = await followLinks(file);
  const lock = join(dirname(path), `.${basename(path)}.lock`);
  const timeout = AbortSignal.timeout(heldMs);
  return withLock(lock, timeout, work, async (thrown) => {
    if (!timeout.aborted) return work();
    const message = `Another process has held the lock of ${file} for ${heldMs / 1000} s.`;
    throw machineError('LOCK', message, `\`fuser -v ${lock}\` names it.`, thrown);
  });
}

async function takeLock(path: string, signal: AbortSignal | undefined): Promise<FileHandle> {
  for (;;) {
    const handle = await openLock(path);
    try {
      await flock(handle, signal);
      if (await isAt(handle, path)) return handle;
    } catch (thrown) {
      await handle.close();
      signal?.throwIfAborted();
      throw thrown;
    }
    await handle.close();
  }
}

/** Of a link nothing is made or locked. */
async function openLock(path: string): Promise<FileHandle> {
  const { O_CREAT, O_NOFOLLOW, O_RDONLY, O_RDWR } = constants;
  return open(path, O_RDWR | O_CREAT | O_NOFOLLOW, 0o666).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'EACCES') throw cause;
    // Another user's, such as one that root left: a lock needs no right to write.
    return open(path, O_RDONLY | O_NOFOLLOW);
  });
}

/**
 * Locks an open file. Node.js cannot; flock(1) can, for a descriptor that it inherits. The lock belongs to the open file that both
 * share, so that it outlives that process, and lasts until ours closes the file or dies (flock(2)).
 */
async function flock({ fd }: FileHandle, signal: AbortSignal | undefined): Promise<void> {
  const child = spawn('flock', ['-x', '3'], { stdio: ['ignore', 'ignore', 'ignore', fd], signal });
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (status) => {
      if (status === 0) resolve();
      else reject(new Error(`flock ended with status ${status}`));
    });
  });
}

/** Whether the path still leads to the file: the holder before may have removed it. */
async function isAt(handle: FileHandle, path: string): Promise<boolean> {
  const [held, found] = await Promise.all([handle.stat(), stat(path).catch(() => undefined)]);
  return held.ino === found?.ino && held.dev === found.dev;
}
