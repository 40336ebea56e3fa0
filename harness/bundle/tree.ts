import { existsSync } from 'node:fs';
import { lstat, readdir, readlink, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { messageOf, usageError } from '../core/errors.js';
import { quoteUnlessWord } from '../core/must.js';
import { DIRS_BEYOND_ETC } from '../systemd/unit-search.js';
import { type Bundle, listBundleFiles } from './bundle.js';
import { followLink, readEntry, type TreeEntry } from './tree-entry.js';
import { DEEP, FLAT, isFolder, leadsToFolder, listPaths, UNIT_FOLDER } from './tree-walk.js';

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
    const found = await stat(path).catch(async (cause: unknown) => {
      const target = await readlink(path).catch(() => undefined);
      const isDangling = target !== undefined && /^(?:ENOENT|ELOOP)/.test(messageOf(cause));
      throw isDangling
        ? usageError('LINT_PATH', `${path} is a link to ${target}, which leads to no file.`, LINK_HINT, cause)
        : usageError('LINT_PATH', `Could not read ${quoteUnlessWord(path)}: ${messageOf(cause)}.`, PATH_HINT, cause);
    });
    if (found.isDirectory()) trees.push(...(await readFolder(path)));
    else addFile(await readEntry(path, guessPlace(resolve(path), path), true));
  }
  return [...files.map((entries): Tree => ({ kind: 'files', root: '.', entries })), ...trees];
}

const LINK_HINT = 'Point the link at a file, or remove it.';
const PATH_HINT =
  "Name unit files, earlyoom's or Docker's settings, a bundle, an /etc, or a directory of one of these.";

async function readFolder(dir: string): Promise<Tree[]> {
  const here = await readdir(dir, { withFileTypes: true }).catch((cause: unknown) => {
    throw usageError('LINT_PATH', `Could not read ${dir}: ${messageOf(cause)}.`, undefined, cause);
  });
  const has = (name: string) => here.some((entry) => entry.name === name);
  const hasFolder = (name: string) => isFolder(join(dir, name));
  const isBundle = has('bundle.json');
  const extra: string[] = ['bundle.json', SUPPRESSIONS].filter(has);
  if (isBundle || (await hasFolder('etc')))
    return [await readTree(isBundle ? 'bundle' : 'etc', dir, '', CONTAINMENT_PATHS, extra)];
  const name = basename(resolve(dir));
  const below = CONTAINMENT_PATHS.filter((path) => path.startsWith('etc/')).map((path) => path.slice('etc/'.length));
  const isEtc = (await hasFolder('systemd/system')) || name === 'etc';
  if (isEtc && below.some((path) => existsSync(join(dir, path)))) return [await readEtc(dir, 'etc/', below, extra)];
  if (name === 'systemd' && ((await hasFolder('system')) || (await hasFolder('user'))))
    return [await readEtc(dir, 'etc/systemd/', [''], extra)];
  const prefix = `etc/systemd/system/${name.endsWith('.d') ? `${name}/` : ''}`;
  const flat = await readTree('files', dir, prefix, [''], extra);
  if (flat.entries.some(({ path }) => UNIT_NAME.test(path) || /\.d\/[^/]+\.conf$/.test(path))) return [flat];
  const bundles: Tree[] = [];
  for (const { name } of here.filter((entry) => entry.isDirectory())) {
    const inside: string[] = await readdir(join(dir, name)).catch(() => []);
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
  const entries = await Promise.all([
    ...names.map((name) => readEntry(join(dir, name), guessPlace(resolve(dir, name), join(dir, name)), true)),
    ...extra.map((name) => readEntry(join(dir, name), name)),
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

/** The root of the host whose folder `prefix` is `dir`. */
const findTop = (dir: string, prefix: string): string => join(dir, relative(prefix, ''));

const IS_RUNTIME_DROP_IN = /^run\/systemd\/(?:system|system\.control|user)\/[^/]+\.d\//;

/** Whether the name of a file has to do with containment; other files in a folder of units are not read. */
const isOfContainment = (path: string): boolean =>
  UNIT_NAME.test(path) ||
  /\.d\/[^/]+$|\.conf$/.test(path) ||
  /(?:^|\/)(?:earlyoom|daemon\.json|bundle\.json|oomdrill-lint\.json)$/.test(path) ||
  path.includes('nohang') ||
  UNIT_FOLDER.test(path);

/** Reads the `parts` that exist below `dir`; their paths in the tree begin with `prefix`. */
async function readTree(
  kind: Tree['kind'],
  dir: string,
  prefix: string,
  parts: readonly string[],
  extra: readonly string[],
): Promise<Tree> {
  const entries: TreeEntry[] = [];
  const top = kind === 'etc' ? findTop(dir, prefix) : undefined;
  for (const part of [...extra, ...parts]) {
    const start = join(dir, part);
    // On a merged /usr, /lib is the same folder as /usr/lib.
    const isSameAsUsr =
      part.startsWith('lib/') && (await lstat(join(dir, 'lib')).catch(() => undefined))?.isSymbolicLink();
    if (isSameAsUsr) continue;
    const found = await lstat(start).catch(() => undefined);
    const isDirectory = found?.isDirectory() || part === '' || (await leadsToFolder(start, top));
    // bundle.json must be a file: as a directory it is an entry that cannot be read.
    const paths =
      isDirectory && !extra.includes(part)
        ? await listPaths(start, kind === 'files' ? FLAT : DEEP, top)
        : found
          ? [start]
          : [];
    for (const path of paths.filter(isOfContainment).sort()) {
      const name = relative(dir, path);
      entries.push(await readEntry(path, `${extra.includes(part) ? '' : prefix}${name}`));
    }
  }
  // A bundle is drilled as it is: loadBundle() follows no links out of it either.
  return {
    kind,
    root: dir,
    entries: kind === 'bundle' ? entries : await Promise.all(entries.map((each) => followLink(each, top))),
  };
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
