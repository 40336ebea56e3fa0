import { lstat, readdir, stat } from 'node:fs/promises';
import { basename, join, relative, resolve } from 'node:path';
import { usageError } from '../core/errors.js';
import { isMissingFile } from '../core/file-chunks.js';
import { mapInOrder } from '../core/in-order.js';
import { quoteUnlessWord } from '../core/must.js';
import { readTextFile } from '../core/read-text-file.js';
import type { Bundle, BundleFile, RootTree } from './bundle.js';
import { parseManifest } from './manifest.js';

const A_BUNDLE = 'A bundle is a directory with bundle.json and etc/; docs/bundles.md describes it.';

/** Configuration is small: a larger file is here by mistake. */
const MAX_FILE_BYTES = 1024 * 1024;

/**
 * Reads a bundle: `bundle.json`, everything under `etc/`, and the names of the files under `root/`.
 *
 * @throws OomdrillError `BUNDLE_MISSING`, `BUNDLE_MANIFEST`, `BUNDLE_FILE`, each naming the file
 */
export async function loadBundle(dir: string): Promise<Bundle> {
  const root = resolve(dir);
  // The bundle may be a link itself, for the caller named it.
  for (const name of ['bundle.json', 'etc', 'root']) await refuseOther(root, name);
  const text = await readConfiguration(join(root, 'bundle.json'), join(dir, 'bundle.json')).catch((thrown: unknown) => {
    if (!isMissingFile(thrown)) throw thrown;
    throw usageError(
      'BUNDLE_MISSING',
      `There is no bundle at ${quoteUnlessWord(dir)}: could not read bundle.json.`,
      A_BUNDLE,
      thrown.cause,
    );
  });
  const etc = join(root, 'etc');
  let missing: unknown;
  const names = await readdir(etc, { recursive: true, withFileTypes: true }).catch((cause: unknown) => {
    missing = cause;
    return [];
  });
  const rootTree = await listRoot(join(root, 'root'));
  const paths = names.filter((entry) => !entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name));
  const files = await mapInOrder(paths.sort(), (path) => loadFile(root, path));
  const read = parseManifest(text, join(dir, 'bundle.json'), files);
  // A container has its limits in bundle.json, and need not have any file.
  if (missing !== undefined && !read.manifest.serving.container)
    throw usageError(
      'BUNDLE_MISSING',
      `The bundle at ${quoteUnlessWord(dir)} has no directory etc.`,
      A_BUNDLE,
      missing,
    );
  return { name: basename(root), ...read, files, root: rootTree };
}

/** A link could bring in any file of this machine, and what is wrong in it would be printed; a FIFO would be waited for. */
async function refuseOther(root: string, name: string): Promise<void> {
  const found = await lstat(join(root, name)).catch(() => undefined);
  if (!found || found.isFile() || found.isDirectory()) return;
  const kind = name === 'bundle.json' ? 'regular file' : 'directory';
  throw usageError('BUNDLE_FILE', `${join(root, name)} must be a ${kind}.`, `Replace a link with the ${kind} itself.`);
}

/** Folders in which systemd looks for units (systemd.unit(5), "Unit Search Path"). */
const IS_CONTAINMENT = /^(?:etc|run|lib|usr\/lib|usr\/local\/lib)\/systemd\/(system|user)(?:\.[a-z]+)?\//;

/** The tree of files that are only copied; undefined if the bundle has none. */
async function listRoot(dir: string): Promise<RootTree | undefined> {
  const found = await stat(dir).catch(() => undefined);
  if (!found) return undefined;
  if (!found.isDirectory())
    throw usageError(
      'BUNDLE_FILE',
      'root must be a directory.',
      'Make it a directory of files to copy to / in the guest.',
    );
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => ({ path: relative(dir, join(entry.parentPath, entry.name)), entry }));
  for (const { path, entry } of paths) {
    if (!entry.isFile() && !entry.isSymbolicLink())
      throw usageError('BUNDLE_FILE', `root/${path} must be a file or a link.`, 'Remove it from the bundle.');
    // It would take effect without being read, and at its real size.
    if (IS_CONTAINMENT.test(path))
      throw usageError(
        'BUNDLE_FILE',
        `root/${path} would not be scaled.`,
        `Move it to ${path.replace(IS_CONTAINMENT, 'etc/systemd/$1/')}, next to bundle.json.`,
      );
  }
  return { dir, paths: paths.map(({ path }) => path).sort() };
}

async function loadFile(root: string, path: string): Promise<BundleFile> {
  const name = relative(root, path);
  const { mode } = await lstat(path);
  // Links are not followed: a circle of links would never end, and a link out of the tree would bring in other files.
  if ((mode & 0o170000) !== 0o100000)
    throw usageError('BUNDLE_FILE', `${name} must be a regular file.`, 'Replace a link with the file itself.');
  return { path: name, text: await readConfiguration(path, name) };
}

/**
 * Reads a file of configuration.
 *
 * @param shown its path in messages
 * @throws OomdrillError `BUNDLE_FILE` if it is missing, too large, or not text
 */
export function readConfiguration(path: string, shown: string): Promise<string> {
  const hint = 'Check the path: a configuration file is small, and text in UTF-8.';
  return readTextFile(path, { shown, limitBytes: MAX_FILE_BYTES, code: 'BUNDLE_FILE', hint });
}
