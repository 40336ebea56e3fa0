import { existsSync } from 'node:fs';
import { lstat, readdir, readlink, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { messageOf, usageError } from '../core/errors.js';
import { DIRS_BEYOND_ETC } from '../systemd/unit-search.js';
import { followLink, readEntry, type TreeEntry } from './tree-entry.js';
import { DEEP, FLAT, isFolder, leadsToFolder, listPaths, UNIT_FOLDER } from './tree-walk.js';

/**
 * What was found of a host's configuration: a bundle, an `/etc`, or files without their surroundings, of which nobody can say
 * what is missing beside them.
 */
export interface Tree {
  readonly kind: 'bundle' | 'etc' | 'files';
  /** Where it stands, as the caller gave it; bundle.json and suppressions are looked for there. */
  readonly root: string;
  readonly entries: readonly TreeEntry[];
}

/** Folders and files of a host that hold its containment. */
const OF_INTEREST = [
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

/** File with reasons for what lint is to pass over, at the top of a tree. */
export const SUPPRESSIONS = 'oomdrill-lint.json';

/**
 * Reads what the paths hold of a host's containment. Links between units are read and not followed, so that no circle of them
 * hangs. What cannot be read is told as an entry; only a path that is not there, or that holds nothing of the kind, is an error.
 *
 * @throws OomdrillError `LINT_PATH`
 */
export async function readTrees(paths: readonly string[]): Promise<Tree[]> {
  const trees: Tree[] = [];
  /** Files of one name stand apart: on a host there is one of them. */
  const files: TreeEntry[][] = [];
  const put = (entry: TreeEntry) => {
    const free = files.find((group) => group.every(({ path }) => path !== entry.path));
    if (free) free.push(entry);
    else files.push([entry]);
  };
  for (const path of paths) {
    const found = await stat(path).catch(async (cause: unknown) => {
      const target = await readlink(path).catch(() => undefined);
      const isDangling = target !== undefined && /^(?:ENOENT|ELOOP)/.test(messageOf(cause));
      throw isDangling
        ? usageError('LINT_PATH', `${path} is a link to ${target}, and nothing is there.`, LINK_HINT, cause)
        : usageError('LINT_PATH', `${path} cannot be read: ${messageOf(cause)}.`, WHAT_TO_NAME, cause);
    });
    if (found.isDirectory()) trees.push(...(await readFolder(path)));
    else put(await readEntry(path, guessPlace(resolve(path), path), true));
  }
  return [...files.map((entries): Tree => ({ kind: 'files', root: '.', entries })), ...trees];
}

const LINK_HINT = 'Point the link at a file, or remove it.';
const WHAT_TO_NAME = 'Name unit files, a bundle, an /etc, or a folder of one of these.';

async function readFolder(dir: string): Promise<Tree[]> {
  const here = await readdir(dir, { withFileTypes: true }).catch((cause: unknown) => {
    throw usageError('LINT_PATH', `${dir} cannot be read: ${messageOf(cause)}.`, undefined, cause);
  });
  const has = (name: string) => here.some((entry) => entry.name === name);
  const hasFolder = (name: string) => isFolder(join(dir, name));
  const isBundle = has('bundle.json');
  const extra: string[] = ['bundle.json', SUPPRESSIONS].filter(has);
  if (isBundle || (await hasFolder('etc')))
    return [await readTree(isBundle ? 'bundle' : 'etc', dir, '', OF_INTEREST, extra)];
  const name = basename(resolve(dir));
  const below = OF_INTEREST.filter((path) => path.startsWith('etc/')).map((path) => path.slice('etc/'.length));
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
  throw usageError('LINT_PATH', `${dir} holds no unit file, no etc/ and no bundle.`, WHAT_TO_NAME);
}

/**
 * An /etc, with the rest of the load path where that stands beside it: what a drop-in is laid over is mostly the vendor's. The
 * drop-ins of this boot are the administrator's (`systemctl set-property --runtime`), and count as asked for.
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

/** The root of a host of which `dir` is the folder `prefix`. */
const findTop = (dir: string, prefix: string): string => join(dir, relative(prefix, ''));

const IS_RUNTIME_DROP_IN = /^run\/systemd\/(?:system|system\.control|user)\/[^/]+\.d\//;

/** Whether a file has to do with containment by its name; what else a folder of units holds is not read. */
const isOfInterest = (path: string): boolean =>
  UNIT_NAME.test(path) ||
  /\.d\/[^/]+$|\.conf$/.test(path) ||
  /(?:^|\/)(?:earlyoom|daemon\.json|bundle\.json|oomdrill-lint\.json)$/.test(path) ||
  path.includes('nohang') ||
  UNIT_FOLDER.test(path);

/** Reads what of `parts` is there below `dir`; in the tree it stands below `prefix`. */
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
    // On a merged /usr /lib is the same folder once more.
    const isAgain = part.startsWith('lib/') && (await lstat(join(dir, 'lib')).catch(() => undefined))?.isSymbolicLink();
    if (isAgain) continue;
    const found = await lstat(start).catch(() => undefined);
    const isToEnter = found?.isDirectory() || part === '' || (await leadsToFolder(start, top));
    const paths = isToEnter ? await listPaths(start, kind === 'files' ? FLAT : DEEP, top) : found ? [start] : [];
    for (const path of paths.filter(isOfInterest).sort()) {
      const name = relative(dir, path);
      entries.push(await readEntry(path, `${extra.includes(part) ? '' : prefix}${name}`));
    }
  }
  // A bundle is drilled as it lies there: it has no links (loadBundle()), and nothing outside of it is its own.
  return {
    kind,
    root: dir,
    entries: kind === 'bundle' ? entries : await Promise.all(entries.map((each) => followLink(each, top))),
  };
}

/**
 * Where a file that was named by itself would stand on a host.
 *
 * @throws OomdrillError `LINT_PATH` for one that is nothing of the kind
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
    `${given} is nothing that lint reads.`,
    "Name unit files, drop-ins, earlyoom's or Docker's settings, a bundle or an /etc.",
  );
}
