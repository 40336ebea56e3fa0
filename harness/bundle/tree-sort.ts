import { posix } from 'node:path';
import { listEarlyoomFiles } from '../formats/earlyoom.js';
import type { UnreadFile } from '../formats/file-kind.js';
import { type KnownFile, knownAt, knownNamed } from '../formats/known-files.js';
import { defaultService, quadletKindOf } from '../formats/quadlet-groups.js';
import type { TreeEntry } from './tree-entry.js';

/** The entries of a tree that are read, and the files in it that are only listed. */
export interface SortedEntries {
  readonly entries: readonly TreeEntry[];
  readonly notRead: readonly UnreadFile[];
}

/**
 * Sorts files of a host by their paths there; what is of no known kind is left out, unless earlyoom.service reads variables
 * from it.
 */
export function sortByPath(found: readonly TreeEntry[]): SortedEntries {
  const named = new Set(listEarlyoomFiles(found));
  return sort(found, (path, text) => knownAt(path, text) ?? (named.has(path) ? { place: path } : undefined));
}

/** Sorts files of any other folder by their names; those that are read get the paths that a host would have them at. */
export const sortByName = (found: readonly TreeEntry[]): SortedEntries => sort(found, knownNamed);

function sort(
  found: readonly TreeEntry[],
  know: (path: string, text: string | undefined) => KnownFile | undefined,
): SortedEntries {
  const entries: TreeEntry[] = [];
  const notRead: UnreadFile[] = [];
  for (const entry of found) {
    const known = know(entry.path, entry.kind === 'file' ? entry.text : undefined);
    if (known === undefined) continue;
    if ('place' in known) entries.push(known.place === entry.path ? entry : { ...entry, path: known.place });
    else notRead.push({ path: entry.shown, what: known.notRead });
  }
  return { entries, notRead };
}

/** Files with the same path go into different groups: a host has only one of them. */
export function groupByPlace(entries: readonly TreeEntry[]): TreeEntry[][] {
  const groups: TreeEntry[][] = [];
  const counts = new Map<string, number>();
  for (const entry of entries) {
    const nth = counts.get(entry.path) ?? 0;
    counts.set(entry.path, nth + 1);
    const group = groups[nth];
    if (group) group.push(entry);
    else groups.push([entry]);
  }
  return groups.flatMap(splitTwins);
}

/**
 * Takes quadlets apart from unit files with the names of their services: on one host the unit file would replace the
 * service, but next to each other in a repository they are two ways to run the same program.
 */
function splitTwins(entries: readonly TreeEntry[]): TreeEntry[][] {
  const services = new Set(entries.flatMap(({ path }) => serviceOf(path) ?? []));
  const isTwin = ({ path }: TreeEntry) => path.includes('/systemd/') && services.has(posix.basename(path));
  if (!entries.some(isTwin)) return [[...entries]];
  const [units, quadlets] = [
    entries.filter(({ path }) => !isOfQuadlet(path)),
    entries.filter(({ path }) => isOfQuadlet(path)),
  ];
  const context = units.filter((entry) => !isTwin(entry)).map((entry): TreeEntry => ({ ...entry, isContext: true }));
  return [units, [...quadlets, ...context]];
}

const isOfQuadlet = (path: string): boolean => path.includes('/containers/systemd/');

/** The service of a quadlet by its path; undefined for another file. */
function serviceOf(path: string): string | undefined {
  const name = posix.basename(path);
  const kind = isOfQuadlet(path) ? quadletKindOf(name) : undefined;
  return kind && defaultService(name, kind);
}
