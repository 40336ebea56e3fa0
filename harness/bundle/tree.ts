import { readlink, stat } from 'node:fs/promises';
import { basename, dirname, join, posix, resolve } from 'node:path';
import { messageOf, usageError } from '../core/errors.js';
import { quoteUnlessWord } from '../core/must.js';
import type { UnreadFile } from '../formats/file-kind.js';
import { isCandidateNamed, knownNamed, namesNextTo } from '../formats/known-files.js';
import { type Bundle, listBundleFiles } from './bundle.js';
import { findNamedEnd, readEntry, type TreeEntry } from './tree-entry.js';
import { PATH_HINT, readFolder } from './tree-folder.js';
import { groupByPlace, sortByPath } from './tree-sort.js';

/**
 * The configuration of a host: a bundle, an `/etc`, or single files, for which it is not known what else the host has.
 */
export interface Tree {
  readonly kind: 'bundle' | 'etc' | 'files';
  /** Its path on the host, such as `etc`, if it is a part of one: nothing is known of the rest. */
  readonly place?: string | undefined;
  /** The caller's path of it, where bundle.json and the suppressions are. */
  readonly root: string;
  readonly entries: readonly TreeEntry[];
  /** Files that have to do with memory limits, and are not read. */
  readonly notRead: readonly UnreadFile[];
}

/** A bundle as `readTrees` reads one from its folder. @param shown the path of that folder in findings */
export function bundleTree(bundle: Bundle, shown?: string): Tree {
  const entries = listBundleFiles(bundle).map(({ path, text }) => ({
    kind: 'file' as const,
    path,
    shown: shown === undefined ? path : join(shown, path),
    text,
  }));
  return { kind: 'bundle', root: bundle.name, ...sortByPath(entries) };
}

/**
 * Reads the files of a host's containment below the given paths. Links between units are read and not followed, so that
 * a circle of links ends. A file that could not be read is an entry. A path that does not exist, or holds no such
 * files, is an error.
 *
 * @throws OomdrillError `LINT_PATH`
 */
export async function readTrees(paths: readonly string[]): Promise<Tree[]> {
  const trees: Tree[] = [];
  const files: TreeEntry[] = [];
  for (const path of paths) {
    if (await isFolderHere(path)) trees.push(...(await readFolder(path)));
    else files.push(await readNamed(path));
  }
  files.push(...(await readNextTo(files)));
  const named = groupByPlace(files).map((entries): Tree => ({ kind: 'files', root: '.', entries, notRead: [] }));
  return [...named, ...trees];
}

/** Whether a path that the caller named is a folder, and no file. @throws OomdrillError `LINT_PATH` if it is neither */
async function isFolderHere(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (cause) {
    const target = await readlink(path).catch(() => undefined);
    // In a copy of a host, the target of a link is not a path of this machine.
    if (target !== undefined && (await findNamedEnd(path, guessPlace(path)))) return false;
    throw target !== undefined && /^(?:ENOENT|ELOOP)/.test(messageOf(cause))
      ? usageError('LINT_PATH', `${path} is a link to ${target}, which leads to no file.`, LINK_HINT, cause)
      : usageError('LINT_PATH', `Could not read ${quoteUnlessWord(path)}: ${messageOf(cause)}.`, PATH_HINT, cause);
  }
}

const LINK_HINT = 'Point the link at a file, or remove it.';

/**
 * Reads a file that the caller named. Of a link its end is read, if that is a file of the kind that lint reads; in a copy of
 * a host, as on that host.
 *
 * @throws OomdrillError `LINT_PATH` if lint does not read such files
 */
async function readNamed(given: string): Promise<TreeEntry> {
  const path = guessPlace(given);
  const target = await readlink(given).catch(() => undefined);
  // A mask stays a link.
  if (target === '/dev/null') return { kind: 'link', path, shown: given, target };
  const at = await findNamedEnd(given, path);
  if (at === undefined)
    return {
      kind: 'unreadable',
      path,
      shown: given,
      why: `it is a link to ${target}, which is not a file that lint reads`,
    };
  const entry = await readEntry({ at, path }, given);
  if (entry.kind !== 'file') return entry;
  const known = knownNamed(resolve(given), entry.text);
  if (known && 'place' in known) return { ...entry, path: known.place };
  const isOther = known ? `is ${known.notRead}, which lint does not read` : 'is not a file that lint reads';
  throw usageError('LINT_PATH', `${given} ${isOther}.`, PATH_HINT);
}

/** Files that a named file's program reads together with it, such as the `.env` of a Compose file: they resolve it. */
async function readNextTo(named: readonly TreeEntry[]): Promise<TreeEntry[]> {
  const found = new Map<string, TreeEntry>();
  for (const entry of named) {
    if (entry.kind !== 'file') continue;
    for (const name of namesNextTo(resolve(entry.shown), entry.text)) {
      const shown = join(dirname(entry.shown), name);
      if (named.some((each) => resolve(each.shown) === resolve(shown)) || found.has(shown)) continue;
      const path = posix.join(posix.dirname(entry.path), name);
      const neighbour = await readEntry({ at: shown, path }, shown);
      if (neighbour.kind === 'file') found.set(shown, { ...neighbour, isContext: true });
    }
  }
  return [...found.values()];
}

/**
 * The path on a host of a file that the caller named by itself, as far as its name says; its text may say more.
 *
 * @throws OomdrillError `LINT_PATH` if lint reads no file with such a name, whatever it holds
 */
function guessPlace(given: string): string {
  const path = resolve(given);
  const known = knownNamed(path, undefined);
  if (known && 'place' in known) return known.place;
  if (isCandidateNamed(path)) return basename(path);
  throw usageError('LINT_PATH', `${given} is not a file that lint reads.`, PATH_HINT);
}
