import { chmod, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { messageOf, usageError } from '../core/errors.js';
import { type Bundle, type BundleFile, listBundleFiles } from './bundle.js';

/** Writes a bundle as a folder with its name. */
export async function writeBundle(bundle: Bundle, parent: string): Promise<void> {
  await writeTree(listBundleFiles(bundle), join(parent, bundle.name));
}

/**
 * Writes files as a new folder, completely or not at all.
 *
 * @throws OomdrillError `BUNDLE_WRITE`, also if the folder exists already
 */
export async function writeNewTree(files: readonly BundleFile[], dir: string): Promise<void> {
  // A random name, so that no folder of the user's is overwritten.
  let draft: string | undefined;
  try {
    draft = await mkdtemp(`${dir}.draft-`);
    await chmod(draft, 0o755);
    await writeTree(files, draft);
    // Replaces only an empty folder (rename(2)).
    await rename(draft, dir);
  } catch (cause) {
    if (draft !== undefined) await rm(draft, { recursive: true, force: true }).catch(() => {});
    const why = /ENOTEMPTY|EEXIST|ENOTDIR/.test(messageOf(cause)) ? 'it exists already' : messageOf(cause);
    throw usageError('BUNDLE_WRITE', `Could not write ${dir}: ${why}.`, 'Name another directory with --out.', cause);
  }
}

async function writeTree(files: readonly BundleFile[], dir: string): Promise<void> {
  for (const { path, text } of files) {
    const file = join(dir, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
}
