import { isUtf8 } from 'node:buffer';
import { lstat, readFile, readlink, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../core/errors.js';
import { NOT_UTF8 } from '../systemd/unit-file.js';
import { isNameOnly, MAX_LINKS, resolveLink } from '../systemd/unit-search.js';
import { UNIT_FOLDER } from './tree-walk.js';

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
 * Reads the file or link at a path. A failure is returned as an entry, not thrown.
 *
 * @param shown its path for the caller
 * @param path its path on the host, without a leading slash
 * @param follow whether to read the file that a link leads to
 */
export async function readEntry(shown: string, path: string, follow = false): Promise<TreeEntry> {
  const unreadable = (why: string): TreeEntry => ({ kind: 'unreadable', path, shown, why });
  try {
    const link = await lstat(shown);
    // A mask stays a link, even if the caller named the file itself.
    const isMask = link.isSymbolicLink() && (await readlink(shown)) === '/dev/null';
    const found = follow && !isMask ? await stat(shown) : link;
    if (found.isSymbolicLink()) return { kind: 'link', path, shown, target: await readlink(shown) };
    // Reading a FIFO would wait for its writer.
    if (!found.isFile()) return unreadable('it is not a regular file');
    if (found.size > MAX_TREE_FILE_BYTES) return unreadable('it is larger than 1 MiB');
    // Files of /proc have size 0, and some never end.
    const bytes = found.size === 0 ? new Uint8Array() : await readFile(shown);
    const text = decode(bytes);
    return text.includes('\0') ? unreadable('it is not a text file') : { kind: 'file', path, shown, text };
  } catch (cause) {
    return unreadable(messageOf(cause));
  }
}

/** Decodes text that may not be UTF-8: systemd reads it too, and a comment in Latin-1 must not hide a limit. */
function decode(bytes: Uint8Array): string {
  if (isUtf8(bytes)) return new TextDecoder().decode(bytes);
  // A real replacement character becomes NOT_UTF8 too, but no unit file has one.
  return new TextDecoder().decode(bytes).replaceAll('\uFFFD', NOT_UTF8);
}

/**
 * Replaces a link by the file that it leads to, unless the link is only another name: a unit of `systemctl link`, or a
 * drop-in or a setting that is kept elsewhere. A link that does not lead to a regular file stays a link.
 */
export async function followLink(entry: TreeEntry, top: string | undefined): Promise<TreeEntry> {
  if (entry.kind !== 'link' || entry.target === '/dev/null' || isNameOnly(entry)) return entry;
  const end = (top !== undefined && (await findEnd(top, entry))) || entry.shown;
  const isFile = (await stat(end).catch(() => undefined))?.isFile();
  if (isFile) return { ...(await readEntry(end, entry.path, true)), shown: entry.shown };
  if (!UNIT_FOLDER.test(entry.path)) return entry;
  const { path, shown, target } = entry;
  return { kind: 'unreadable', path, shown, why: `it is a link to ${target}, which is not a directory here` };
}

/**
 * Finds the end of a link in a tree that is a copy of another host: absolute targets are below its top. Undefined if
 * nothing is there.
 */
async function findEnd(top: string, { path, target }: { path: string; target: string }): Promise<string | undefined> {
  let current = resolveLink({ path, target });
  for (let hops = 0; hops < MAX_LINKS; hops++) {
    const end = join(top, current);
    const found = await lstat(end).catch(() => undefined);
    if (!found?.isSymbolicLink()) return found && end;
    current = resolveLink({ path: current, target: await readlink(end) });
  }
  return undefined;
}
