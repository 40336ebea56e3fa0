import { lstat, readlink, realpath } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { usageError } from '../core/errors.js';

/**
 * A folder that is read as a part of a host. What a link in it leads to is found as on that host, never on this machine:
 * the tree may be a copy of another host's, or an archive from elsewhere.
 */
export interface HostRoot {
  /** The folder, without links in its path. */
  readonly dir: string;
  /** Its path on the host, such as `etc/systemd/system`; empty for the host's root. */
  readonly place: string;
  /** The host's root, if the folder is really at its place below it. */
  readonly top: string | undefined;
}

/**
 * Takes a folder for the one at a place of a host.
 *
 * @param place without slashes at its ends
 * @throws OomdrillError `LINK_OUTSIDE`, and the system's errors
 */
export async function hostRoot(folder: string, place: string): Promise<HostRoot> {
  const dir = await findNamedFolder(folder);
  if (place === '') return { dir, place, top: dir };
  if (resolve(folder).endsWith(`/${place}`)) return { dir, place, top: await realpath(findTop(folder, place)) };
  return { dir, place, top: dir.endsWith(`/${place}`) ? dir.slice(0, -place.length) : undefined };
}

/** The path of a folder that is named as a part of a host, by the places where hosts have them. */
const NAMED_PLACE =
  /\/((?:etc|run|(?:usr\/(?:local\/)?)?lib)\/systemd(?:\/(?:system|user)(?:\/[^/]+\.d)?)?|(?:etc|run|usr\/share)\/containers\/systemd|etc(?:\/(?:default|docker))?)$/;

/**
 * Where a folder is that the caller named, without links in its path. Where it is named as a part of a host, links on the
 * way from the host's root to it are those of the host. Any other is followed, for the caller named it.
 */
async function findNamedFolder(folder: string): Promise<string> {
  const real = await realpath(folder);
  const place = NAMED_PLACE.exec(resolve(folder))?.[1];
  if (place === undefined) return real;
  const top = await realpath(findTop(folder, place));
  const dir = await findOnHost({ dir: top, place: '', top }, place);
  if (dir !== undefined) return dir;
  throw usageError(
    'LINK_OUTSIDE',
    `${folder} is a link that leads out of ${top}.`,
    'Name the directory that it leads to, if it is the one to read.',
  );
}

/** The root of the host whose folder at this place is `folder`, by their paths alone. */
export const findTop = (folder: string, place: string): string => join(folder, relative(place, ''));

/** A kernel follows at most this many links for one path (path_resolution(7)). */
const MAX_HOPS = 40;

/**
 * Finds where a path of the host is on this machine, without links in it: an absolute link begins at the host's root, and
 * `..` does not lead out of it, as after chroot(2). Undefined if nothing of the host that can be seen here is there. Links
 * that change meanwhile are not looked for.
 *
 * @param path on the host, without a leading slash
 */
export async function findOnHost(root: HostRoot, path: string): Promise<string | undefined> {
  const ahead = path.split('/').reverse();
  let names: string[] = [];
  let hops = 0;
  for (let name = ahead.pop(); name !== undefined; name = ahead.pop()) {
    if (name === '' || name === '.') continue;
    if (name === '..') {
      names.pop();
      continue;
    }
    const next = [...names, name];
    const target = await linkAt(root, next.join('/'));
    if (target === undefined) return undefined;
    if (target === '') names = next;
    else if (++hops > MAX_HOPS) return undefined;
    else {
      if (target.startsWith('/')) names = [];
      ahead.push(...target.split('/').reverse());
    }
  }
  return locate(root, names.join('/'));
}

/** The target of a link; empty if there is something else; undefined if there is nothing. */
async function linkAt(root: HostRoot, path: string): Promise<string | undefined> {
  const at = locate(root, path);
  // The folders above the one that is here.
  if (at === undefined) return root.place.startsWith(`${path}/`) ? '' : undefined;
  const found = await lstat(at).catch(() => undefined);
  if (!found?.isSymbolicLink()) return found && '';
  return readlink(at).catch(() => undefined);
}

function locate({ dir, place, top }: HostRoot, path: string): string | undefined {
  if (place === '' || path === place || path.startsWith(`${place}/`)) return join(dir, path.slice(place.length));
  return top === undefined ? undefined : join(top, path);
}
