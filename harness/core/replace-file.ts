import { randomBytes } from 'node:crypto';
import type { Stats } from 'node:fs';
import { lstat, open, readdir, rename, stat, unlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { followLinks } from './follow-links.js';
import { openFifo } from './open-fifo.js';

/** How a file is replaced. */
export interface ReplaceOptions {
  /** Mode of a file that is new, less the umask. One that exists keeps its own. */
  readonly mode?: number;
}

/**
 * Writes a file whole or not at all: at any moment, also after a crash or on a full disk, a reader gets all of the old text or all
 * of the new one, and never an empty file.
 *
 * A link is followed, and stays a link; if what it points to does not exist yet, that is made. A file that exists keeps its mode
 * and, where this user may give it away, its owner. What a new inode cannot keep is lost: hard links and extended attributes. A
 * special file, such as a FIFO or /dev/null, is written to instead, and so is a file that can be written in a directory that cannot,
 * such as one that is mounted alone into a container: only there a full disk can cut the text off.
 *
 * Not one of the libraries for this (write-file-atomic 8, atomically 2): they open a name that can be guessed, and follow a link
 * that someone else put there; and they replace a FIFO by a file.
 *
 * @throws the system's errors, and OomdrillError `FIFO_UNREAD`
 */
export async function replaceFile(
  file: string,
  text: string | Uint8Array,
  { mode = 0o666 }: ReplaceOptions = {},
): Promise<void> {
  const found = await stat(file).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined;
    throw cause;
  });
  if (found && !found.isFile()) return writeToSpecial(file, found, text);
  const target = await followLinks(file);
  await removeOldDrafts(dirname(target));
  // Starts with a dot, and ends with nothing that a reader of whole directories takes: node_exporter reads all *.prom.
  const draft = join(dirname(target), `.oomdrill-${randomBytes(8).toString('hex')}.tmp`);
  try {
    await writeDraft(draft, text, found, mode);
    await rename(draft, target);
  } catch (thrown) {
    await unlink(draft).catch(() => {});
    if (!NO_DRAFT_HERE.has((thrown as NodeJS.ErrnoException).code ?? '')) throw thrown;
    await writeFile(target, text, { mode });
  }
}

/** Of a directory that takes no other file, or a file that cannot be moved, such as a mount point; and where there is no directory, for an error
 * that names the file. */
const NO_DRAFT_HERE: ReadonlySet<string> = new Set(['EACCES', 'EPERM', 'EROFS', 'EBUSY', 'EXDEV', 'ENOENT']);

async function writeDraft(
  draft: string,
  text: string | Uint8Array,
  found: Stats | undefined,
  mode: number,
): Promise<void> {
  await using handle = await open(draft, 'wx', mode);
  await handle.writeFile(text);
  if (found) {
    const own = await handle.stat();
    // Only root may give a file away; for anyone else the file becomes their own.
    if (own.uid !== found.uid || own.gid !== found.gid) await handle.chown(found.uid, found.gid).catch(() => {});
    await handle.chmod(found.mode & 0o777);
  }
  // Some file systems say only now that they are full, and some would have an empty file after a crash.
  await handle.sync();
}

async function writeToSpecial(file: string, found: Stats, text: string | Uint8Array): Promise<void> {
  if (!found.isFIFO()) return writeFile(file, text);
  await using handle = await openFifo(file);
  await handle.writeFile(text);
}

const DRAFT = /^\.oomdrill-[0-9a-f]{16}\.tmp$/;

/** No write takes that long, milliseconds. */
const OLD_MS = 3_600_000;

/** Removes what writers left behind that were killed in the middle. Only files of our form, of this user. */
async function removeOldDrafts(dir: string): Promise<void> {
  const drafts = (await readdir(dir).catch(() => [])).filter((name) => DRAFT.test(name));
  for (const draft of drafts) {
    const path = join(dir, draft);
    const found = await lstat(path).catch(() => undefined);
    if (!found?.isFile() || found.uid !== process.getuid?.()) continue;
    if (Date.now() - found.mtimeMs > OLD_MS) await unlink(path).catch(() => {});
  }
}
