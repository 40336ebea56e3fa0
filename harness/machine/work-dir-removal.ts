import { constants } from 'node:fs';
import { type FileHandle, open, readdir, rm, rmdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { sleep } from '../core/deadline.js';

export const WORK_DIR_PREFIX = 'oomdrill';

/** A file in each work directory, by which it is known to be one. Made first, and removed last. */
export const WORK_DIR_MARKER = '.oomdrill-work-directory';

/** Prefix, PID and twelve random characters, as `tmp` names what it is asked to. */
const WORK_DIR_NAME = new RegExp(`^${WORK_DIR_PREFIX}-\\d+-[A-Za-z0-9]{12}$`);

/** Another process may be removing the same directory, and the two get in each other's way. */
const ATTEMPTS = 100;
const PAUSE_MS = 50;

/**
 * Removes a work directory. Nothing else is removed, whatever the path: neither a directory that is not of our form, nor
 * one that is put into its place meanwhile, nor what a link leads to.
 *
 * @returns whether it was there
 * @throws Error that says, to follow the path, why it was left
 */
export async function removeWorkDir(path: string): Promise<boolean> {
  if (!(resolve(path) === path && WORK_DIR_NAME.test(basename(path))))
    throw new Error('it does not have the name of a work directory');
  const dir = await openDirectory(path);
  if (!dir) return false;
  try {
    // What was opened, not what has the path by now (proc_pid_fd(5)).
    const held = `/proc/self/fd/${dir.fd}`;
    await refuseForeign(dir, held);
    for (let attempt = 1; ; attempt++) {
      await empty(held);
      if (await removeEmpty(path, attempt === ATTEMPTS)) return true;
      await sleep(PAUSE_MS);
    }
  } finally {
    await dir.close();
  }
}

/** Undefined where nothing has that path. */
async function openDirectory(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    if (code === 'ENOTDIR' || code === 'ELOOP') throw new Error('it is not a directory', { cause: thrown });
    throw thrown;
  }
}

async function refuseForeign(dir: FileHandle, held: string): Promise<void> {
  const { uid, mode } = await dir.stat();
  if (uid !== process.getuid?.()) throw new Error(`it belongs to user ${uid}`);
  if ((mode & 0o022) !== 0) throw new Error('other users may write to it');
  const names = await readdir(held);
  // An empty one is of a process that was killed before it put the file there.
  if (names.length > 0 && !names.includes(WORK_DIR_MARKER))
    throw new Error(`it is not a work directory, for ${WORK_DIR_MARKER} is not in it`);
}

async function empty(held: string): Promise<void> {
  const names = await readdir(held);
  const markerLast = names.sort((a, b) => Number(a === WORK_DIR_MARKER) - Number(b === WORK_DIR_MARKER));
  for (const name of markerLast) await rm(join(held, name), { recursive: true, force: true });
}

/** Removes a directory; false where it is not empty yet, unless this is the last attempt. */
async function removeEmpty(path: string, isLast: boolean): Promise<boolean> {
  try {
    await rmdir(path);
    return true;
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    if (code === 'ENOENT') return true;
    if (code === 'ENOTEMPTY' && !isLast) return false;
    throw thrown;
  }
}
