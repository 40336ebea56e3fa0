import { existsSync } from 'node:fs';
import { lstat, readdir, readlink, stat } from 'node:fs/promises';
import { basename, dirname, join, posix, relative, resolve } from 'node:path';
import { messageOf, usageError } from '../core/errors.js';
import { quoteUnlessWord } from '../core/must.js';
import { DIRS_BEYOND_ETC } from '../systemd/unit-search.js';
import { type Bundle, listBundleFiles } from './bundle.js';
import { findTop, type HostRoot, hostRoot } from './host-root.js';
import { findNamedEnd, followLink, readEntry, type TreeEntry } from './tree-entry.js';
import { DEEP, FLAT, findFolder, type HostPath, listPlaces, UNIT_FOLDER } from './tree-walk.js';

/**
 * The configuration of a host: a bundle, an `/etc`, or single files, for which it is not known what else the host has.
 */
export interface Tree {
  readonly kind: 'bundle' | 'etc' | 'files';
  /** The caller's path of it, where bundle.json and the suppressions are. */
  readonly root: string;
  readonly entries: readonly TreeEntry[];
}

/** A bundle as `readTrees` reads one from its folder. @param shown the path of that folder in findings */
export function bundleTree(bundle: Bundle, shown?: string): Tree {
  const entries = listBundleFiles(bundle).map(({ path, text }) => ({
    kind: 'file' as const,
    path,
    shown: shown === undefined ? path : join(shown, path),
    text,
  }));
  return { kind: 'bundle', root: bundle.name, entries };
}

/** Folders and files of a host that hold its containment. */
const CONTAINMENT_PATHS = [
  'etc/systemd',
  'run/systemd',
  'usr/local/lib/systemd',
  'usr/lib/systemd',
  'lib/systemd',
  'etc/default/earlyoom',
  'etc/docker/daemon.json',
  'etc/nohang',
];

const UNIT_NAME = /\.(?:service|slice|scope|socket|target|mount|timer|path)$/;

/** File at the top of a tree that tells lint which findings to suppress. */
export const SUPPRESSIONS = 'oomdrill-lint.json';

/**
 * Reads the files of a host's containment below the given paths. Links between units are read and not followed, so that
 * a circle of links ends. A file that could not be read is an entry. A path that does not exist, or holds no such
 * files, is an error.
 *
 * @throws OomdrillError `LINT_PATH`
 */
export async function readTrees(paths: readonly string[]): Promise<Tree[]> {
  const trees: Tree[] = [];
  /** Files with the same path go into different trees: a host has only one of them. */
  const files: TreeEntry[][] = [];
  const addFile = (entry: TreeEntry) => {
    const group = files.find((entries) => entries.every(({ path }) => path !== entry.path));
    if (group) group.push(entry);
    else files.push([entry]);
  };
  for (const path of paths) {
    if (await isFolderHere(path)) trees.push(...(await readFolder(path)));
    else addFile(await readNamed(path));
  }
  return [...files.map((entries): Tree => ({ kind: 'files', root: '.', entries })), ...trees];
}

/** Whether a path that the caller named is a folder, and no file. @throws OomdrillError `LINT_PATH` if it is neither */
async function isFolderHere(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (cause) {
    const target = await readlink(path).catch(() => undefined);
    // In a copy of a host, the target of a link is not a path of this machine.
    if (target !== undefined && (await findNamedEnd(path, guessPlace(resolve(path), path)))) return false;
    throw target !== undefined && /^(?:ENOENT|ELOOP)/.test(messageOf(cause))
      ? usageError('LINT_PATH', `${path} is a link to ${target}, which leads to no file.`, LINK_HINT, cause)
      : usageError('LINT_PATH', `Could not read ${quoteUnlessWord(path)}: ${messageOf(cause)}.`, PATH_HINT, cause);
  }
}

const LINK_HINT = 'Point the link at a file, or remove it.';
const PATH_HINT =
  "Name unit files, earlyoom's or Docker's settings, a bundle, an /etc, or a directory of one of these.";

/**
 * Reads a file that the caller named. Of a link its end is read, if that is a file of the kind that lint reads; in a copy of
 * a host, as on that host.
 */
async function readNamed(given: string): Promise<TreeEntry> {
  const path = guessPlace(resolve(given), given);
  const target = await readlink(given).catch(() => undefined);
  // A mask stays a link.
  if (target === '/dev/null') return { kind: 'link', path, shown: given, target };
  const at = await findNamedEnd(given, path);
  if (at !== undefined) return readEntry({ at, path }, given);
  return {
    kind: 'unreadable',
    path,
    shown: given,
    why: `it is a link to ${target}, which is not a file that lint reads`,
  };
}

async function readFolder(dir: string): Promise<Tree[]> {
  const real = (await hostRoot(dir, '')).dir;
  const here = await readdir(real, { withFileTypes: true }).catch((cause: unknown) => {
    throw usageError('LINT_PATH', `Could not read ${dir}: ${messageOf(cause)}.`, undefined, cause);
  });
  const has = (name: string) => here.some((entry) => entry.name === name);
  /** Whether it has a folder, if it is the one at a place of a host. */
  const hasFolder = async (place: string, path: string) =>
    (await findFolder(await hostRoot(dir, place), posix.join(place, path))) !== undefined;
  const isBundle = has('bundle.json');
  const extra: string[] = ['bundle.json', SUPPRESSIONS].filter(has);
  if (isBundle || (await hasFolder('', 'etc')))
    return [await readTree(isBundle ? 'bundle' : 'etc', dir, '', CONTAINMENT_PATHS, extra)];
  const name = basename(resolve(dir));
  const below = CONTAINMENT_PATHS.filter((path) => path.startsWith('etc/')).map((path) => path.slice('etc/'.length));
  const isEtc = (await hasFolder('etc', 'systemd/system')) || name === 'etc';
  if (isEtc && below.some((path) => existsSync(join(real, path)))) return [await readEtc(dir, 'etc/', below, extra)];
  if (name === 'systemd' && ((await hasFolder('etc/systemd', 'system')) || (await hasFolder('etc/systemd', 'user'))))
    return [await readEtc(dir, 'etc/systemd/', [''], extra)];
  const prefix = `etc/systemd/system/${name.endsWith('.d') ? `${name}/` : ''}`;
  const flat = await readTree('files', dir, prefix, [''], extra);
  if (flat.entries.some(({ path }) => UNIT_NAME.test(path) || /\.d\/[^/]+\.conf$/.test(path))) return [flat];
  const bundles: Tree[] = [];
  for (const { name } of here.filter((entry) => entry.isDirectory())) {
    const inside: string[] = await readdir(join(real, name)).catch(() => []);
    if (inside.includes('bundle.json')) bundles.push(...(await readFolder(join(dir, name))));
  }
  if (bundles.length > 0) return bundles;
  const settings = SETTINGS.filter(has);
  if (settings.length > 0) return [await readSettings(dir, settings, extra)];
  throw usageError('LINT_PATH', `${quoteUnlessWord(dir)} holds no unit file, no etc/ and no bundle.`, PATH_HINT);
}

/** Settings of Docker and of earlyoom, by the names of their files. */
const SETTINGS = ['daemon.json', 'earlyoom'];

/** Reads a directory of settings alone, such as a copy of /etc/docker. */
async function readSettings(dir: string, names: readonly string[], extra: readonly string[]): Promise<Tree> {
  const real = (await hostRoot(dir, '')).dir;
  const entries = await Promise.all([
    ...names.map((name) => readNamed(join(dir, name))),
    ...extra.map((name) => readEntry({ at: join(real, name), path: name }, join(dir, name))),
  ]);
  return { kind: 'files', root: dir, entries };
}

/**
 * Reads an /etc, with the rest of the load path if it is next to it: most unit files that drop-ins extend are the
 * vendor's. Drop-ins of the current boot are the administrator's (`systemctl set-property --runtime`), and belong to
 * the /etc.
 */
async function readEtc(dir: string, prefix: string, parts: readonly string[], extra: readonly string[]): Promise<Tree> {
  const etc = await readTree('etc', dir, prefix, parts, extra);
  const top = findTop(dir, prefix);
  if (resolve(top, prefix) !== resolve(dir)) return etc;
  const rest = await readTree('etc', top, '', DIRS_BEYOND_ETC, []);
  const entries = rest.entries.map(
    (entry): TreeEntry => (IS_RUNTIME_DROP_IN.test(entry.path) ? entry : { ...entry, isContext: true }),
  );
  return { ...etc, entries: [...etc.entries, ...entries] };
}

const IS_RUNTIME_DROP_IN = /^run\/systemd\/(?:system|system\.control|user)\/[^/]+\.d\//;

/** Whether the name of a file has to do with containment; other files in a folder of units are not read. */
const isOfContainment = (path: string): boolean =>
  UNIT_NAME.test(path) ||
  /\.d\/[^/]+$|\.conf$/.test(path) ||
  /(?:^|\/)(?:earlyoom|daemon\.json|bundle\.json|oomdrill-lint\.json)$/.test(path) ||
  path.includes('nohang') ||
  UNIT_FOLDER.test(path);

/** Reads the `parts` that exist below `dir`; their paths on the host begin with `prefix`. */
async function readTree(
  kind: Tree['kind'],
  dir: string,
  prefix: string,
  parts: readonly string[],
  extra: readonly string[],
): Promise<Tree> {
  const root = await hostRoot(dir, prefix.replace(/\/$/, ''));
  const entries: TreeEntry[] = [];
  // bundle.json must be a file: as a directory it is an entry that cannot be read.
  for (const name of extra) entries.push(await readEntry({ path: name, at: join(root.dir, name) }, join(dir, name)));
  for (const part of parts) {
    // On a merged /usr, /lib is the same folder as /usr/lib.
    const isSameAsUsr =
      part.startsWith('lib/') && (await lstat(join(root.dir, 'lib')).catch(() => undefined))?.isSymbolicLink();
    if (isSameAsUsr) continue;
    const places = await listPart(root, posix.join(root.place, part), kind === 'files' ? FLAT : DEEP);
    const found = places.filter(({ path }) => isOfContainment(path)).sort((a, b) => (a.path < b.path ? -1 : 1));
    for (const place of found) entries.push(await readEntry(place, join(dir, relative(root.place, place.path))));
  }
  // A bundle is drilled as it is: loadBundle() follows no links either.
  if (kind === 'bundle') return { kind, root: dir, entries };
  const own = await hostRoot(dir, '');
  const followed = entries.map((entry) => followLink(entry, extra.includes(entry.path) ? own : root));
  return { kind, root: dir, entries: await Promise.all(followed) };
}

/** Lists what is below a folder of the host; of a file or a link that leads to no folder, that alone. */
async function listPart(root: HostRoot, path: string, depth: number): Promise<HostPath[]> {
  const folder = await findFolder(root, path);
  if (folder !== undefined) return listPlaces(root, { path, at: folder }, depth);
  const parent = await findFolder(root, posix.dirname(path));
  const at = parent && join(parent, posix.basename(path));
  return at !== undefined && (await lstat(at).catch(() => undefined)) ? [{ path, at }] : [];
}

/**
 * Guesses the path on a host of a file that the caller named by itself.
 *
 * @throws OomdrillError `LINT_PATH` if lint does not read such files
 */
function guessPlace(absolute: string, given: string): string {
  const name = basename(absolute);
  const parent = basename(dirname(absolute));
  const units = `etc/systemd/${/\/systemd\/user\//.test(absolute) ? 'user' : 'system'}`;
  if (UNIT_NAME.test(name)) return `${units}/${name}`;
  if (/^(?:system|user|oomd)\.conf$/.test(name)) return `etc/systemd/${name}`;
  if (/^(?:system|user|oomd)\.conf\.d$/.test(parent)) return `etc/systemd/${parent}/${name}`;
  if (parent.endsWith('.d')) return `${units}/${parent}/${name}`;
  if (name === 'daemon.json') return 'etc/docker/daemon.json';
  if (name.startsWith('earlyoom')) return 'etc/default/earlyoom';
  throw usageError(
    'LINT_PATH',
    `${given} is not a file that lint reads.`,
    "Name unit files, drop-ins, earlyoom's or Docker's settings, a bundle or an /etc.",
  );
}
