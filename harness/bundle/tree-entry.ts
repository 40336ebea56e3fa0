import { isUtf8 } from 'node:buffer';
import { lstat, readFile, readlink, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../core/errors.js';
import { NOT_UTF8 } from '../systemd/unit-file.js';
import { isNameOnly, MAX_LINKS, resolveLink } from '../systemd/unit-search.js';
import { UNIT_FOLDER } from './tree-walk.js';

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

/** Configuration is small; what is larger was not meant to be here. */
const MAX_TREE_FILE_BYTES = 1024 * 1024;

/**
 * Reads what stands at a path. What cannot be read is told, and not thrown.
 *
 * @param shown where it is, as the caller knows it
 * @param path where it would be on the host, without a leading slash
 * @param follow whether a link stands for what it leads to
 */
export async function readEntry(shown: string, path: string, follow = false): Promise<TreeEntry> {
  const unreadable = (why: string): TreeEntry => ({ kind: 'unreadable', path, shown, why });
  try {
    const link = await lstat(shown);
    // A mask is what its link says, also where the file was named by itself.
    const isMask = link.isSymbolicLink() && (await readlink(shown)) === '/dev/null';
    const found = follow && !isMask ? await stat(shown) : link;
    if (found.isSymbolicLink()) return { kind: 'link', path, shown, target: await readlink(shown) };
    // A FIFO would make us wait for its writer.
    if (!found.isFile()) return unreadable(found.isDirectory() ? 'it may not be read' : 'it is no regular file');
    if (found.size > MAX_TREE_FILE_BYTES) return unreadable('it is larger than 1 MiB');
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
 * The file at the end of a link that is no mere name, in the link's place: a unit of `systemctl link`, a drop-in or a setting
 * that is kept elsewhere. A link to nothing, or to anything but a regular file, stays a link.
 */
export async function followLink(entry: TreeEntry, top: string | undefined): Promise<TreeEntry> {
  if (entry.kind !== 'link' || entry.target === '/dev/null' || isNameOnly(entry)) return entry;
  const end = (top !== undefined && (await findEnd(top, entry))) || entry.shown;
  const isFile = (await stat(end).catch(() => undefined))?.isFile();
  if (isFile) return { ...(await readEntry(end, entry.path, true)), shown: entry.shown };
  if (!UNIT_FOLDER.test(entry.path)) return entry;
  const { path, shown, target } = entry;
  return { kind: 'unreadable', path, shown, why: `it is a link to ${target}, which leads to no folder here` };
}

/** Where a link ends in a tree that is no root of this host: absolute targets are below its top. Undefined where that is nothing. */
async function findEnd(top: string, { path, target }: { path: string; target: string }): Promise<string | undefined> {
  let at = resolveLink({ path, target });
  for (let hops = 0; hops < MAX_LINKS; hops++) {
    const end = join(top, at);
    const found = await lstat(end).catch(() => undefined);
    if (!found?.isSymbolicLink()) return found && end;
    at = resolveLink({ path: at, target: await readlink(end) });
  }
  return undefined;
}
