import { lstat, readdir, readFile, stat } from 'node:fs/promises';
import { basename, join, relative, resolve } from 'node:path';
import { usageError } from '../core/errors.js';
import type { Bundle, BundleFile, RootTree } from './bundle.js';
import { parseManifest } from './manifest.js';

/** Configuration is small; what is larger was not meant to be here. */
const MAX_FILE_BYTES = 1024 * 1024;

/**
 * Reads a bundle: `bundle.json`, everything under `etc/`, and the names of what is under `root/`.
 *
 * @throws OomdrillError `BUNDLE_MISSING`, `BUNDLE_MANIFEST`, `BUNDLE_FILE`, each naming the file
 */
export async function loadBundle(dir: string): Promise<Bundle> {
  const root = resolve(dir);
  const text = await readFile(join(root, 'bundle.json'), 'utf8').catch((cause: unknown) => {
    throw usageError(
      'BUNDLE_MISSING',
      `There is no bundle at ${dir}: bundle.json cannot be read.`,
      'A bundle is a folder with a bundle.json and an etc/ tree; see fixtures/bundles/.',
      cause,
    );
  });
  const etc = join(root, 'etc');
  const names = await readdir(etc, { recursive: true, withFileTypes: true }).catch((cause: unknown) => {
    throw usageError('BUNDLE_MISSING', `The bundle at ${dir} has no etc/ tree.`, undefined, cause);
  });
  const rootTree = await listRoot(join(root, 'root'));
  const paths = names.filter((entry) => !entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name));
  return {
    name: basename(root),
    ...parseManifest(text, join(dir, 'bundle.json')),
    files: await Promise.all(paths.sort().map((path) => loadFile(root, path))),
    root: rootTree,
  };
}

/** Folders in which systemd looks for units (systemd.unit(5), "Unit Search Path"). */
const IS_CONTAINMENT = /^(?:etc|run|lib|usr\/lib|usr\/local\/lib)\/systemd\/(system|user)(?:\.[a-z]+)?\//;

/** The tree of what is only copied; undefined where the bundle has none. */
async function listRoot(dir: string): Promise<RootTree | undefined> {
  const found = await stat(dir).catch(() => undefined);
  if (!found) return undefined;
  if (!found.isDirectory())
    throw usageError('BUNDLE_FILE', 'root is not a folder.', 'It holds what is copied to / in the guest.');
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => ({ path: relative(dir, join(entry.parentPath, entry.name)), entry }));
  for (const { path, entry } of paths) {
    if (!entry.isFile() && !entry.isSymbolicLink())
      throw usageError('BUNDLE_FILE', `root/${path} is neither a file nor a link.`, 'Take it out of the bundle.');
    // It would go into effect as it is, unread and at its real size.
    if (IS_CONTAINMENT.test(path))
      throw usageError(
        'BUNDLE_FILE',
        `root/${path} would not be scaled.`,
        `Put it at ${path.replace(IS_CONTAINMENT, 'etc/systemd/$1/')}, beside bundle.json.`,
      );
  }
  return { dir, paths: paths.map(({ path }) => path).sort() };
}

async function loadFile(root: string, path: string): Promise<BundleFile> {
  const name = relative(root, path);
  const { mode } = await lstat(path);
  // Links are not followed: a tree with a cycle must not hang, nor one that leads out of it carry other files along.
  if ((mode & 0o170000) !== 0o100000)
    throw usageError('BUNDLE_FILE', `${name} is not a regular file.`, 'Put the file itself in place of a link.');
  return { path: name, text: await readConfiguration(path, name) };
}

/**
 * Reads a file of configuration.
 *
 * @param shown what messages call it
 * @throws OomdrillError `BUNDLE_FILE` for one that is no such file
 */
export async function readConfiguration(path: string, shown: string): Promise<string> {
  if ((await stat(path)).size > MAX_FILE_BYTES)
    throw usageError('BUNDLE_FILE', `${shown} is larger than 1 MiB.`, 'Configuration is small; was this file meant?');
  const text = await readFile(path, 'utf8');
  if (text.includes('\0') || text.includes('�'))
    throw usageError('BUNDLE_FILE', `${shown} is not a text file.`, 'A unit file is text in UTF-8.');
  return text;
}
