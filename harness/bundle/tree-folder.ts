import { existsSync } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { basename, join, posix, relative, resolve } from 'node:path';
import { messageOf, usageError } from '../core/errors.js';
import { quoteUnlessWord } from '../core/must.js';
import { listEarlyoomFiles } from '../formats/earlyoom.js';
import { isCandidateAt, isCandidateNamed, KNOWN_PLACES } from '../formats/known-files.js';
import { findTop, type HostRoot, hostRoot } from './host-root.js';
import type { Tree } from './tree.js';
import { findFile, followLink, readEntry, type TreeEntry } from './tree-entry.js';
import { groupByPlace, type SortedEntries, sortByName, sortByPath } from './tree-sort.js';
import { DEEP, expandPlace, FLAT, findFolder, type HostPath, listPlaces } from './tree-walk.js';

/** File at the top of a tree that tells lint which findings to suppress. */
export const SUPPRESSIONS = 'oomdrill-lint.json';

/** What may be named, for errors. */
export const PATH_HINT =
  'Name files that lint reads (docs/lint.md lists them), a bundle, an /etc, or a directory of one of these.';

/** Places of a host, and those of a user's home, without their `~/`. */
const HOST_PLACES = KNOWN_PLACES.filter((place) => !place.startsWith('~/'));
const HOME_PLACES = KNOWN_PLACES.flatMap((place) => (place.startsWith('~/') ? place.slice('~/'.length) : []));

const isBelowEtc = (place: string): boolean => place.startsWith('etc/');

const PLACES_BEYOND_ETC = HOST_PLACES.filter((place) => !isBelowEtc(place));

/**
 * Reads a folder that the caller named: a bundle, a host's root, an /etc or a part of it, a home, a folder of files that
 * lint knows by their names, or one of bundles.
 *
 * @throws OomdrillError `LINT_PATH`, `LINK_OUTSIDE`
 */
export async function readFolder(dir: string): Promise<Tree[]> {
  const real = (await hostRoot(dir, '')).dir;
  const here = await readdir(real, { withFileTypes: true }).catch((cause: unknown) => {
    throw usageError('LINT_PATH', `Could not read ${dir}: ${messageOf(cause)}.`, undefined, cause);
  });
  const has = (name: string) => here.some((entry) => entry.name === name);
  const extra: string[] = ['bundle.json', SUPPRESSIONS].filter(has);
  const [ofHost, ofHome] = [await readHost(dir, extra), await readHome(dir)];
  if (ofHost) return ofHome ? [...ofHost, ofHome] : ofHost;
  const trees = ofHome ? [ofHome] : [];
  trees.push(...(await readFlat(dir, { extra })));
  for (const { name } of here.filter((entry) => entry.isDirectory())) {
    const inside: string[] = await readdir(join(real, name)).catch(() => []);
    if (inside.includes('bundle.json')) trees.push(...(await readFolder(join(dir, name))));
  }
  if (trees.length > 0) return trees;
  throw usageError('LINT_PATH', `${quoteUnlessWord(dir)} holds no unit file, no etc/ and no bundle.`, PATH_HINT);
}

/** Reads a folder that is the root of a host or a bundle, an /etc, or its `systemd`; undefined if it is none of them. */
async function readHost(dir: string, extra: readonly string[]): Promise<Tree[] | undefined> {
  /** Whether it has a folder, if it is the one at a place of a host. */
  const hasFolder = async (place: string, path: string) =>
    (await findFolder(await hostRoot(dir, place), posix.join(place, path))) !== undefined;
  const isBundle = extra.includes('bundle.json');
  if (isBundle) return [await readTree('bundle', dir, '', HOST_PLACES, extra)];
  if (await hasFolder('', 'etc')) {
    const host = await readTree('etc', dir, '', HOST_PLACES, extra);
    return [host, ...(await readHomes(dir, host)), ...(await readFlat(dir, { depth: 0 }))];
  }
  const beyond = await Promise.all(PLACES_BEYOND_ETC.map((place) => hasFolder('', place)));
  if (beyond.includes(true)) return [{ ...(await readTree('etc', dir, '', PLACES_BEYOND_ETC, extra)), kind: 'files' }];
  const name = basename(resolve(dir));
  const isEtc = (await hasFolder('etc', 'systemd/system')) || name === 'etc';
  const below = HOST_PLACES.filter(isBelowEtc).map((place) => place.slice('etc/'.length));
  if (isEtc && below.some((place) => existsSync(join(dir, place)))) return [await readEtc(dir, 'etc/', below, extra)];
  if (name === 'systemd' && ((await hasFolder('etc/systemd', 'system')) || (await hasFolder('etc/systemd', 'user'))))
    return [await readEtc(dir, 'etc/systemd/', [''], extra)];
  return undefined;
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
  const rest = await readTree('etc', top, '', PLACES_BEYOND_ETC, []);
  const known = new Set(etc.entries.map(({ path }) => path));
  const entries = rest.entries
    .filter(({ path }) => !known.has(path))
    .map((entry): TreeEntry => (isAsked(entry.path) ? entry : { ...entry, isContext: true }));
  return { ...etc, entries: [...etc.entries, ...entries] };
}

/** Whether a file next to an /etc is the administrator's, or one of that /etc which a unit of the vendor names. */
const isAsked = (path: string): boolean => IS_RUNTIME_DROP_IN.test(path) || isBelowEtc(path);

const IS_RUNTIME_DROP_IN = /^run\/systemd\/(?:system|system\.control|user)\/[^/]+\.d\//;

/** Folders of a host that hold homes, and the home of root. */
const HOMES = ['home/*', 'root'];

/**
 * Reads the homes of a host, each as a tree of its own, in which the host is only context: two users may have a unit of the
 * same name.
 */
async function readHomes(dir: string, host: Tree): Promise<Tree[]> {
  const root = await hostRoot(dir, '');
  const homes = (await Promise.all(HOMES.map((place) => expandPlace(root, place)))).flat();
  const context = host.entries.map((entry): TreeEntry => ({ ...entry, isContext: true }));
  const trees = await Promise.all(homes.map((home) => readHome(join(dir, home))));
  return trees.flatMap((tree) => (tree ? { ...tree, entries: [...tree.entries, ...context] } : []));
}

/** Reads the home of a user; undefined if it holds nothing that is known. */
async function readHome(dir: string): Promise<Tree | undefined> {
  const here = await hostRoot(dir, '').catch(() => undefined);
  if (!here) return undefined;
  const root: HostRoot = { dir: here.dir, place: '~', top: undefined };
  const sorted = sortByPath(await readParts(root, dir, HOME_PLACES, { depth: DEEP, isCandidate: isCandidateAt }));
  return isEmpty(sorted) ? undefined : { kind: 'files', root: dir, ...sorted };
}

/**
 * Reads a folder of files that are known by their names, such as a folder of units, or one of a repository. Podman reads the
 * folders below its own as well (podman-systemd.unit(5)).
 */
async function readFlat(
  dir: string,
  {
    extra = [],
    depth = /\/containers\/systemd$/.test(resolve(dir)) ? DEEP : FLAT,
  }: { readonly extra?: readonly string[]; readonly depth?: number },
): Promise<Tree[]> {
  const root = await hostRoot(dir, flatPlace(resolve(dir)));
  const sorted = sortByName(await readParts(root, dir, [''], { depth, isCandidate: isCandidateNamed }));
  if (isEmpty(sorted)) return [];
  const own = await readExtra(dir, extra);
  const [first = [], ...others] = groupByPlace(sorted.entries);
  const { notRead } = sorted;
  return [
    { kind: 'files', root: dir, entries: [...own, ...first], notRead },
    ...others.map((entries): Tree => ({ kind: 'files', root: dir, entries, notRead: [] })),
  ];
}

/** The place on a host of a folder of files, by its name: a link in it is followed as from there. */
function flatPlace(absolute: string): string {
  const [, known] = /\/((?:etc|run|usr\/share|\.config)\/containers\/systemd)$/.exec(absolute) ?? [];
  if (known !== undefined) return known.replace(/^(?=\.config)/, '~/');
  const units = `etc/systemd/${/\/systemd\/user(?:\/|$)/.test(absolute) ? 'user' : 'system'}`;
  const name = basename(absolute);
  return name.endsWith('.d') ? `${units}/${name}` : units;
}

const isEmpty = ({ entries, notRead }: SortedEntries): boolean => entries.length === 0 && notRead.length === 0;

/** Reads the `parts` that exist below `dir`; their paths on the host begin with `prefix`. */
async function readTree(
  kind: 'bundle' | 'etc',
  dir: string,
  prefix: string,
  parts: readonly string[],
  extra: readonly string[],
): Promise<Tree> {
  const root = await hostRoot(dir, prefix.replace(/\/$/, ''));
  const found = await readParts(root, dir, parts, {
    depth: DEEP,
    isCandidate: isCandidateAt,
    // A bundle is drilled as it is: loadBundle() follows no links either.
    keepLinks: kind === 'bundle',
  });
  const { entries, notRead } = sortByPath([...found, ...(await readEnvironment(root, dir, found))]);
  return {
    kind,
    root: dir,
    place: root.place === '' ? undefined : root.place,
    entries: [...(await readExtra(dir, extra)), ...entries],
    notRead,
  };
}

/** Reads the files of earlyoom's arguments that are not at their usual place: where its unit says, if that is in the folder. */
async function readEnvironment(root: HostRoot, dir: string, found: readonly TreeEntry[]): Promise<TreeEntry[]> {
  const read: TreeEntry[] = [];
  for (const path of listEarlyoomFiles(found)) {
    const isHere = root.place === '' || path.startsWith(`${root.place}/`);
    const at = isHere && !found.some((entry) => entry.path === path) ? await findFile(root, path) : undefined;
    if (at !== undefined) read.push(await readEntry({ path, at }, join(dir, relative(root.place, path))));
  }
  return read;
}

/** Reads files at the top of a folder. bundle.json must be a file: as a directory it is an entry that cannot be read. */
async function readExtra(dir: string, names: readonly string[]): Promise<TreeEntry[]> {
  const root = await hostRoot(dir, '');
  const entries = await Promise.all(
    names.map((name) => readEntry({ path: name, at: join(root.dir, name) }, join(dir, name))),
  );
  return names.includes('bundle.json') ? entries : Promise.all(entries.map((entry) => followLink(entry, root)));
}

/** What of some parts of a folder is read. */
interface Reading {
  readonly depth: number;
  readonly isCandidate: (path: string) => boolean;
  readonly keepLinks?: boolean;
}

/** Reads the candidates below the parts of a folder that exist, each part by path. */
async function readParts(
  root: HostRoot,
  dir: string,
  parts: readonly string[],
  { depth, isCandidate, keepLinks = false }: Reading,
): Promise<TreeEntry[]> {
  const entries: TreeEntry[] = [];
  for (const part of (await Promise.all(parts.map((each) => expandPlace(root, posix.join(root.place, each))))).flat()) {
    // On a merged /usr, /lib is the same folder as /usr/lib.
    const isSameAsUsr =
      part.startsWith('lib/') && (await lstat(join(root.dir, 'lib')).catch(() => undefined))?.isSymbolicLink();
    if (isSameAsUsr) continue;
    const places = (await listPart(root, part, depth)).filter(({ path }) => isCandidate(path));
    for (const place of places.sort((a, b) => (a.path < b.path ? -1 : 1)))
      entries.push(await readEntry(place, join(dir, relative(root.place, place.path))));
  }
  return keepLinks ? entries : Promise.all(entries.map((entry) => followLink(entry, root)));
}

/** Lists what is below a folder of the host; of a file or a link that leads to no folder, that alone. */
async function listPart(root: HostRoot, path: string, depth: number): Promise<HostPath[]> {
  const folder = await findFolder(root, path);
  if (folder !== undefined) return listPlaces(root, { path, at: folder }, depth);
  const parent = await findFolder(root, posix.dirname(path));
  const at = parent && join(parent, posix.basename(path));
  return at !== undefined && (await lstat(at).catch(() => undefined)) ? [{ path, at }] : [];
}
