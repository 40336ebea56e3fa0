import { readdir, readlink, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { usageError } from '../core/errors.js';

/** Where units are looked for, systemd's own folder among them. */
export const UNIT_FOLDER = /(?:^|\/)systemd(?:\/(?:system|user))?$/;

/** Whether a path is a folder, or a link to one. */
export const isFolder = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => undefined))?.isDirectory() === true;

/** Whether a link leads to a folder of the tree: in a copy of a host an absolute target would be a folder of this one. */
export async function leadsToFolder(link: string, top: string | undefined): Promise<boolean> {
  const target = await readlink(link).catch(() => undefined);
  if (target === undefined || (target.startsWith('/') && top !== undefined && resolve(top) !== '/')) return false;
  return isFolder(link);
}

/** A folder with more in it than this was not meant: a host has some hundred units. */
const MAX_ENTRIES = 20_000;

/** Below an /etc: `systemd/system/X.service.d`, and some room. */
export const DEEP = 8;

/** Folders below a folder of units: `X.service.d` and `X.target.wants` hold no folders of their own. */
export const FLAT = 1;

/**
 * Every entry below a folder that is no folder, so many levels deep; links are followed where systemd follows them. A folder that
 * may not be read is passed over.
 *
 * @throws OomdrillError `LINT_PATH` for a folder that holds far too much
 */
export async function listPaths(start: string, depth: number, top: string | undefined): Promise<string[]> {
  const paths: string[] = [];
  const folders = [{ dir: start, left: depth }];
  for (let seen = 0, folder = folders.pop(); folder; folder = folders.pop()) {
    const { dir, left } = folder;
    for (const entry of await readdir(dir, { withFileTypes: true }).catch(() => [])) {
      if (++seen > MAX_ENTRIES)
        throw usageError(
          'LINT_PATH',
          `${start} holds more than ${MAX_ENTRIES} files.`,
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
