import { isUtf8 } from 'node:buffer';
import { existsSync } from 'node:fs';
import { lstat, readdir, readFile, readlink, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { messageOf, usageError } from '../core/errors.js';
import { NOT_UTF8 } from '../systemd/unit-file.js';
import { DIRS_BEYOND_ETC, isNameOnly, MOST_LINKS, resolveLink } from '../systemd/unit-search.js';

/** Something in a tree, by its path as it would be on the host, and by the path under which the caller knows it. */
export type TreeEntry = {
  /** Below the root, without a leading slash: `etc/systemd/system/docker.slice`. */
  readonly path: string;
  /** For messages. */
  readonly shown: string;
  /** It stands beside what was asked for, and is read only to resolve that. */
  readonly isContext?: true;
} & (
  | { readonly kind: 'file'; readonly text: string }
  | { readonly kind: 'link'; readonly target: string }
  | { readonly kind: 'unreadable'; readonly why: string }
);

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

/** Configuration is small; what is larger was not meant to be here. */
const LARGEST_TREE_FILE = 1024 * 1024;

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

const isFolder = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => undefined))?.isDirectory() === true;

/** Where units are looked for, systemd's own folder among them. */
const UNIT_FOLDER = /(?:^|\/)systemd(?:\/(?:system|user))?$/;

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
 * The file at the end of a link that is no mere name, in the link's place: a unit of `systemctl link`, a drop-in or a setting
 * that is kept elsewhere. A link to nothing, or to anything but a regular file, stays a link.
 */
async function followLink(entry: TreeEntry, top: string | undefined): Promise<TreeEntry> {
  if (entry.kind !== 'link' || entry.target === '/dev/null' || isNameOnly(entry)) return entry;
  const end = (top !== undefined && (await findEnd(top, entry))) || entry.shown;
  const isFile = (await stat(end).catch(() => undefined))?.isFile();
  if (isFile) return { ...(await readEntry(end, entry.path, true)), shown: entry.shown };
  if (!UNIT_FOLDER.test(entry.path)) return entry;
  const { path, shown, target } = entry;
  return { kind: 'unreadable', path, shown, why: `it is a link to ${target}, which leads to no folder here` };
}

/** Whether a link leads to a folder of the tree: in a copy of a host an absolute target would be a folder of this one. */
async function leadsToFolder(link: string, top: string | undefined): Promise<boolean> {
  const target = await readlink(link).catch(() => undefined);
  if (target === undefined || (target.startsWith('/') && top !== undefined && resolve(top) !== '/')) return false;
  return isFolder(link);
}

/** Where a link ends in a tree that is no root of this host: absolute targets are below its top. Undefined where that is nothing. */
async function findEnd(top: string, { path, target }: { path: string; target: string }): Promise<string | undefined> {
  let at = resolveLink({ path, target });
  for (let hops = 0; hops < MOST_LINKS; hops++) {
    const end = join(top, at);
    const found = await lstat(end).catch(() => undefined);
    if (!found?.isSymbolicLink()) return found && end;
    at = resolveLink({ path: at, target: await readlink(end) });
  }
  return undefined;
}

/** A folder with more in it than this was not meant: a host has some hundred units. */
const MOST_ENTRIES = 20_000;

/** Below an /etc: `systemd/system/X.service.d`, and some room. */
const DEEP = 8;

/** Folders below a folder of units: `X.service.d` and `X.target.wants` hold no folders of their own. */
const FLAT = 1;

/**
 * Every entry below a folder that is no folder, so many levels deep; links are followed where systemd follows them. A folder that
 * may not be read is passed over.
 *
 * @throws OomdrillError `LINT_PATH` for a folder that holds far too much
 */
async function listPaths(start: string, depth: number, top: string | undefined): Promise<string[]> {
  const paths: string[] = [];
  const folders = [{ dir: start, left: depth }];
  for (let seen = 0, folder = folders.pop(); folder; folder = folders.pop()) {
    const { dir, left } = folder;
    for (const entry of await readdir(dir, { withFileTypes: true }).catch(() => [])) {
      if (++seen > MOST_ENTRIES)
        throw usageError(
          'LINT_PATH',
          `${start} holds more than ${MOST_ENTRIES} files.`,
          'Name the folder of the units.',
        );
      const path = join(dir, entry.name);
      const isLinked = entry.isSymbolicLink() && (await leadsToFolder(path, top));
      if (isLinked && entry.name.endsWith('.d')) paths.push(...(await listDropIns(path)));
      else if (!entry.isDirectory() && !(isLinked && UNIT_FOLDER.test(path))) paths.push(path);
      else if (left > 0) folders.push({ dir: path, left: left - 1 });
    }
  }
  return paths;
}

/**
 * The drop-ins in a folder that is a link, which systemd follows. It may lead to any folder, even to the one that it is in: what
 * else is there is none of the unit's.
 */
async function listDropIns(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => !entry.isDirectory() && entry.name.endsWith('.conf'))
    .map(({ name }) => join(dir, name));
}

async function readEntry(shown: string, path: string, follow = false): Promise<TreeEntry> {
  const unreadable = (why: string): TreeEntry => ({ kind: 'unreadable', path, shown, why });
  try {
    const link = await lstat(shown);
    // A mask is what its link says, also where the file was named by itself.
    const isMask = link.isSymbolicLink() && (await readlink(shown)) === '/dev/null';
    const found = follow && !isMask ? await stat(shown) : link;
    if (found.isSymbolicLink()) return { kind: 'link', path, shown, target: await readlink(shown) };
    // A FIFO would make us wait for its writer.
    if (!found.isFile()) return unreadable(found.isDirectory() ? 'it may not be read' : 'it is no regular file');
    if (found.size > LARGEST_TREE_FILE) return unreadable('it is larger than 1 MiB');
    // Files of /proc say that they are empty; some have no end.
    const bytes = found.size === 0 ? new Uint8Array() : await readFile(shown);
    const text = decode(bytes);
    return text.includes('\0') ? unreadable('it is not a text file') : { kind: 'file', path, shown, text };
  } catch (cause) {
    return unreadable(messageOf(cause));
  }
}

/** Text that is not UTF-8 is text nevertheless, as systemd has it: a comment in Latin-1 hides no limit. */
function decode(bytes: Uint8Array): string {
  if (isUtf8(bytes)) return new TextDecoder().decode(bytes);
  // What is not UTF-8 takes the place of what is a replacement character by itself, which nobody writes into a unit.
  return new TextDecoder().decode(bytes).replaceAll('\uFFFD', NOT_UTF8);
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
