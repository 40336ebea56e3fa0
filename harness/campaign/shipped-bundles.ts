import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type ArchivedFile, readArchive, writeArchived } from '../bundle/archive.js';
import { assets } from '../core/assets.js';
import { machineError, messageOf } from '../core/errors.js';
import { makeDirs } from '../core/make-dirs.js';
import { cacheDir } from '../machine/places.js';

/** Where the bundles are that come with oomdrill: as files in a clone, or in a package's archive. */
interface BundleStore {
  /** Holds a directory for each bundle; need not exist. */
  readonly dir: string;
  readonly archive: string;
}

const SHIPPED: BundleStore = { dir: assets.bundle(), archive: assets.bundleArchive };

/**
 * The directory of a bundle that comes with oomdrill; undefined if there is none of this name.
 *
 * @throws OomdrillError those of `shippedBundles`
 */
export async function shippedBundle(name: string, store = SHIPPED): Promise<string | undefined> {
  const dir = join(await shippedBundles(store), name);
  return /^[^/]+$/.test(name) && existsSync(join(dir, 'bundle.json')) ? dir : undefined;
}

/** The names of the bundles that come with oomdrill. Writes nothing. @throws OomdrillError `ARCHIVE_MISSING`, `ARCHIVE_DAMAGED` */
export async function shippedBundleNames(store = SHIPPED): Promise<string[]> {
  if (existsSync(store.dir)) return (await readdir(store.dir)).sort();
  const files = await readArchive(findArchive(store));
  return [...new Set(files.map(({ path }) => path.slice(0, path.indexOf('/'))))].sort();
}

/**
 * The directory that holds all bundles that come with oomdrill. A package's archive is unpacked into the cache when they
 * are first used.
 *
 * @throws OomdrillError `ARCHIVE_MISSING`, `ARCHIVE_DAMAGED`, `CACHE_WRITE`
 */
export async function shippedBundles(store = SHIPPED): Promise<string> {
  if (existsSync(store.dir)) return store.dir;
  const archive = findArchive(store);
  // Another version's archive has another hash, so that each finds its own bundles.
  const hash = createHash('sha256')
    .update(await readFile(archive))
    .digest('hex');
  const parent = join(cacheDir(), 'bundles');
  const restored = join(parent, hash.slice(0, 16));
  if (!existsSync(restored)) await restore(await readArchive(archive), parent, restored);
  return restored;
}

function findArchive({ archive }: BundleStore): string {
  if (existsSync(archive)) return archive;
  throw machineError(
    'ARCHIVE_MISSING',
    `The bundles that come with oomdrill are not at ${archive}.`,
    'Install oomdrill again: npm install oomdrill',
  );
}

/** Writes under another name first: the directory holds either all files or does not exist, also after an interruption. */
async function restore(files: readonly ArchivedFile[], parent: string, restored: string): Promise<void> {
  let draft: string | undefined;
  try {
    await makeDirs(parent);
    draft = await mkdtemp(join(parent, 'draft-'));
    // mkdtemp keeps others out, and the cache may be shared.
    await chmod(draft, 0o755);
    await writeArchived(files, draft);
    await rename(draft, restored);
  } catch (cause) {
    if (draft !== undefined) await rm(draft, { recursive: true, force: true }).catch(() => {});
    // Another process was faster, with the same files.
    if (existsSync(restored)) return;
    throw machineError(
      'CACHE_WRITE',
      `Could not put oomdrill's bundles into the cache ${cacheDir()}: ${messageOf(cause)}.`,
      'Make room there, or name a directory that can be written with OOMDRILL_CACHE.',
      cause,
    );
  }
}
