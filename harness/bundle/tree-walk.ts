import { lstat, readdir } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { usageError } from '../core/errors.js';
import { findOnHost, type HostRoot } from './host-root.js';

/** Folders of units, including `systemd` itself. */
export const UNIT_FOLDER = /(?:^|\/)systemd(?:\/(?:system|user))?$/;

/** A file or link of a host: its path there, and where it is read. Neither has a slash at its end. */
export interface HostPath {
  readonly path: string;
  readonly at: string;
}

/** Where a folder of a host is, or one that a link of the host leads to. Undefined if there is none. */
export async function findFolder(root: HostRoot, path: string): Promise<string | undefined> {
  const at = await findOnHost(root, path);
  return at !== undefined && (await lstat(at).catch(() => undefined))?.isDirectory() ? at : undefined;
}

/**
 * The paths that a place with `*` for a name stands for, of folders that are there; a place without one is itself.
 *
 * @param place on the host, without a leading slash
 */
export async function expandPlace(root: HostRoot, place: string): Promise<string[]> {
  const [, above, below = ''] = /^(.+?)\/\*(\/.*)?$/.exec(place) ?? [];
  if (above === undefined) return [place];
  const folder = await findFolder(root, above);
  if (folder === undefined) return [];
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const names = entries.filter((entry) => !entry.isFile()).map(({ name }) => name);
  const expanded = await Promise.all(names.sort().map((name) => expandPlace(root, `${above}/${name}${below}`)));
  return expanded.flat();
}

/** A folder with more entries was named by mistake: a host has a few hundred units. */
const MAX_ENTRIES = 20_000;

/** Levels to read below an /etc: `systemd/system/X.service.d`, and a few more. */
export const DEEP = 8;

/** Levels to read below a folder of units: `X.service.d` and `X.target.wants` hold no folders. */
export const FLAT = 1;

/**
 * Lists every entry below a folder that is not a folder itself, down to a depth. Follows the links that systemd
 * follows, as far as they lead to folders of the host, and ignores folders that may not be read.
 *
 * @throws OomdrillError `LINT_PATH` if the folder holds far too many entries
 */
export async function listPlaces(root: HostRoot, start: HostPath, depth: number): Promise<HostPath[]> {
  const places: HostPath[] = [];
  const folders = [{ ...start, levels: depth }];
  for (let count = 0, folder = folders.pop(); folder; folder = folders.pop()) {
    const { levels } = folder;
    for (const entry of await readdir(folder.at, { withFileTypes: true }).catch(() => [])) {
      if (++count > MAX_ENTRIES)
        throw usageError(
          'LINT_PATH',
          `${start.at} holds more than ${MAX_ENTRIES} files.`,
          'Name the directory that holds the unit files.',
        );
      const place = { path: posix.join(folder.path, entry.name), at: join(folder.at, entry.name) };
      const linked = entry.isSymbolicLink() ? await findFolder(root, place.path) : undefined;
      if (linked !== undefined && entry.name.endsWith('.d')) places.push(...(await listDropIns(place.path, linked)));
      else if (linked !== undefined && UNIT_FOLDER.test(place.path)) {
        if (levels > 0) folders.push({ path: place.path, at: linked, levels: levels - 1 });
      } else if (!entry.isDirectory()) places.push(place);
      else if (levels > 0) folders.push({ ...place, levels: levels - 1 });
    }
  }
  return places;
}

/**
 * Lists the drop-ins in a folder that is a link, which systemd follows. It may lead to any folder, even to the one that
 * it is in, so other files there do not belong to the unit.
 */
async function listDropIns(path: string, at: string): Promise<HostPath[]> {
  const entries = await readdir(at, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => !entry.isDirectory() && entry.name.endsWith('.conf'))
    .map(({ name }) => ({ path: posix.join(path, name), at: join(at, name) }));
}
