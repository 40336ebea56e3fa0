import { readdir, readlink, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { usageError } from '../core/errors.js';

/** Folders of units, including `systemd` itself. */
export const UNIT_FOLDER = /(?:^|\/)systemd(?:\/(?:system|user))?$/;

/** Whether a path is a folder, or a link to one. */
export const isFolder = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => undefined))?.isDirectory() === true;

/**
 * Whether a link leads to a folder of the tree: in a copy of a host, an absolute target would be a folder of this host.
 */
export async function leadsToFolder(link: string, top: string | undefined): Promise<boolean> {
  const target = await readlink(link).catch(() => undefined);
  if (target === undefined || (target.startsWith('/') && top !== undefined && resolve(top) !== '/')) return false;
  return isFolder(link);
}

/** A folder with more entries was named by mistake: a host has a few hundred units. */
const MAX_ENTRIES = 20_000;

/** Levels to read below an /etc: `systemd/system/X.service.d`, and a few more. */
export const DEEP = 8;

/** Levels to read below a folder of units: `X.service.d` and `X.target.wants` hold no folders. */
export const FLAT = 1;

/**
 * Lists every entry below a folder that is not a folder itself, down to a depth. Follows the links that systemd
 * follows, and ignores folders that may not be read.
 *
 * @throws OomdrillError `LINT_PATH` if the folder holds far too many entries
 */
export async function listPaths(start: string, depth: number, top: string | undefined): Promise<string[]> {
  const paths: string[] = [];
  const folders = [{ dir: start, levels: depth }];
  for (let count = 0, folder = folders.pop(); folder; folder = folders.pop()) {
    const { dir, levels } = folder;
    for (const entry of await readdir(dir, { withFileTypes: true }).catch(() => [])) {
      if (++count > MAX_ENTRIES)
        throw usageError(
          'LINT_PATH',
          `${start} holds more than ${MAX_ENTRIES} files.`,
          'Name the directory that holds the unit files.',
        );
      const path = join(dir, entry.name);
      const isLinked = entry.isSymbolicLink() && (await leadsToFolder(path, top));
      if (isLinked && entry.name.endsWith('.d')) paths.push(...(await listDropIns(path)));
      else if (!entry.isDirectory() && !(isLinked && UNIT_FOLDER.test(path))) paths.push(path);
      else if (levels > 0) folders.push({ dir: path, levels: levels - 1 });
    }
  }
  return paths;
}

/**
 * Lists the drop-ins in a folder that is a link, which systemd follows. It may lead to any folder, even to the one that
 * it is in, so other files there do not belong to the unit.
 */
async function listDropIns(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => !entry.isDirectory() && entry.name.endsWith('.conf'))
    .map(({ name }) => join(dir, name));
}
