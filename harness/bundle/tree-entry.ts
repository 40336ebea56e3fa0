import { isUtf8 } from 'node:buffer';
import { constants } from 'node:fs';
import { lstat, readFile, readlink, realpath } from 'node:fs/promises';
import { dirname, posix } from 'node:path';
import { messageOf } from '../core/errors.js';
import { isWithin } from '../core/within.js';
import { isReadNamed } from '../formats/known-files.js';
import { NOT_UTF8 } from '../systemd/unit-file.js';
import { isNameOnly } from '../systemd/unit-search.js';
import { findOnHost, type HostRoot, hostRoot } from './host-root.js';
import { type HostPath, UNIT_FOLDER } from './tree-walk.js';

/** A file or link in a tree, with its path on the host and its path for the caller. */
export type TreeEntry = {
  /** Below the root, without a leading slash: `etc/systemd/system/docker.slice`. */
  readonly path: string;
  /** The caller's path, for messages. */
  readonly shown: string;
  /** Set if the caller did not ask for it: it only resolves the files that the caller asked for. */
  readonly isContext?: true;
} & (
  | { readonly kind: 'file'; readonly text: string }
  | { readonly kind: 'link'; readonly target: string }
  | { readonly kind: 'unreadable'; readonly why: string }
);

/** Configuration is small: a larger file is here by mistake. */
const MAX_TREE_FILE_BYTES = 1024 * 1024;

/**
 * Reads the file or link at a place. A failure is returned as an entry, not thrown.
 *
 * @param shown its path for the caller
 */
export async function readEntry({ at, path }: HostPath, shown: string): Promise<TreeEntry> {
  const unreadable = (why: string): TreeEntry => ({ kind: 'unreadable', path, shown, why });
  try {
    const found = await lstat(at);
    if (found.isSymbolicLink()) return { kind: 'link', path, shown, target: await readlink(at) };
    // To open a device can have an effect, and a FIFO waits for its writer.
    if (!found.isFile()) return unreadable('it is not a regular file');
    if (found.size > MAX_TREE_FILE_BYTES) return unreadable('it is larger than 1 MiB');
    // Files of /proc have size 0, and some never end.
    const text = decode(found.size === 0 ? new Uint8Array() : await readRegular(at));
    return text.includes('\0') ? unreadable('it is not a text file') : { kind: 'file', path, shown, text };
  } catch (cause) {
    return unreadable(messageOf(cause));
  }
}

/** Reads a file that must not have become a link or a FIFO meanwhile. */
async function readRegular(at: string): Promise<Uint8Array> {
  return readFile(at, { flag: constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK });
}

/**
 * The end of a link that the caller named as a file of a host's containment: a unit, a drop-in, settings. In a copy of a
 * host it is found as on that host. Undefined if the link leads to anything else: what is wrong in a file is printed, and
 * an archive from elsewhere may hold any link.
 *
 * @param path its path on the host
 * @throws OomdrillError `LINK_OUTSIDE`
 */
export async function findNamedEnd(given: string, path: string): Promise<string | undefined> {
  const root = await hostRoot(dirname(given), posix.dirname(path));
  const end = root.top === undefined ? await realpath(given).catch(() => undefined) : await findOnHost(root, path);
  return end !== undefined && mayFollow(root, end) ? end : undefined;
}

/** Decodes text that may not be UTF-8: systemd reads it too, and a comment in Latin-1 must not hide a limit. */
function decode(bytes: Uint8Array): string {
  if (isUtf8(bytes)) return new TextDecoder().decode(bytes);
  // A real replacement character becomes NOT_UTF8 too, but no unit file has one.
  return new TextDecoder().decode(bytes).replaceAll('\uFFFD', NOT_UTF8);
}

/**
 * Replaces a link by the file of the host that it leads to, unless the link is only another name: a unit of `systemctl
 * link`, or a drop-in or a setting that is kept elsewhere. A link that leads to no regular file of the host stays a link,
 * and nothing else of this machine is read.
 */
export async function followLink(entry: TreeEntry, root: HostRoot): Promise<TreeEntry> {
  if (entry.kind !== 'link' || entry.target === '/dev/null' || isNameOnly(entry)) return entry;
  const { path, shown, target } = entry;
  const at = await findFile(root, path);
  if (at !== undefined) return readEntry({ path, at }, shown);
  if (!UNIT_FOLDER.test(path)) return entry;
  return { kind: 'unreadable', path, shown, why: `it is a link to ${target}, which is not a directory here` };
}

/** Where the regular file is that a path of the host leads to. Undefined if there is none, or it is none that may be read. */
export async function findFile(root: HostRoot, path: string): Promise<string | undefined> {
  const at = await findOnHost(root, path);
  if (at === undefined || !mayFollow(root, at)) return undefined;
  return (await lstat(at).catch(() => undefined))?.isFile() ? at : undefined;
}

/**
 * Whether a file at the end of a link may be read. Where the caller named an `etc`, what is next to it need not be a host:
 * it may be the caller's home.
 */
const mayFollow = ({ dir, top }: HostRoot, at: string): boolean =>
  top === '/' || isWithin(at, dir) || isNamedLikeSettings(at);

/** Whether a file has the name of a unit, of a drop-in, or of settings that lint reads. */
const isNamedLikeSettings = (path: string): boolean => path.endsWith('.conf') || isReadNamed(path);
