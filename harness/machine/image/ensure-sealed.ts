import { rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeDirs } from '../../core/make-dirs.js';
import { withCacheLock } from '../lock.js';
import { checkSeal, type Seal, seal } from './seal.js';

/** Ends of the names of an entry that is being made, and of its lock. */
export const DRAFT = '.draft';
export const LOCK = '.lock';

/** An entry of the cache, and how it is made where it is not there. */
export interface EntryToMake {
  /** Absolute. */
  readonly dir: string;
  /** Files that it consists of. */
  readonly files: readonly string[];
  /** Makes the files in an empty folder. Gives the facts that the seal is to bear. */
  readonly make: (draft: string) => Promise<Record<string, string>>;
  /** Removes a draft that may hold what only root may remove. */
  readonly removeDraft?: (draft: string) => Promise<unknown>;
}

/**
 * The seal of a cache entry, which is made if it is not there or is damaged. Made aside and moved into place in one rename, under a
 * lock: one that is killed leaves nothing that looks whole, and two at once make it once.
 */
export async function ensureSealed(entry: EntryToMake, signal: AbortSignal | undefined): Promise<Seal> {
  const { dir } = entry;
  return (
    (await checkSeal(dir)) ??
    (await withCacheLock(`${dir}${LOCK}`, signal, async () => (await checkSeal(dir)) ?? (await makeEntry(entry))))
  );
}

async function makeEntry({ dir, files, make, removeDraft = removeFolder }: EntryToMake): Promise<Seal> {
  const draft = `${dir}${DRAFT}`;
  await removeDraft(draft);
  await makeDirs(draft);
  try {
    const made = await seal(draft, files, await make(draft));
    await removeFolder(dir);
    await makeDirs(dirname(dir));
    await rename(draft, dir);
    return made;
  } catch (thrown) {
    await removeDraft(draft);
    throw thrown;
  }
}

const removeFolder = (dir: string): Promise<void> => rm(dir, { recursive: true, force: true });
