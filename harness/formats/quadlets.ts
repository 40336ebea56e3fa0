import { posix } from 'node:path';
import type { Manager } from '../systemd/unit-search.js';
import { type Quadlet, readQuadlet } from './quadlet.js';
import { quadletKindOf } from './quadlet-groups.js';
import type { FileInTree } from './unit-in-tree.js';

/** A quadlet in a tree of files, with the manager that its service is of. */
export interface QuadletInTree<F extends FileInTree> extends Quadlet {
  readonly manager: Manager;
  readonly file: F;
}

/**
 * Folders that podman's generator reads, with those below, of either manager; the first has the say (podman 5.6,
 * podman-systemd.unit(5); cmd/quadlet/main.go, getUnitDirs()). Those of single users are below `users`.
 */
const FOLDERS: readonly (readonly [folder: string, manager: Manager])[] = [
  ['~/.config/containers/systemd', 'user'],
  ['etc/containers/systemd/users', 'user'],
  ['usr/share/containers/systemd/users', 'user'],
  ['run/containers/systemd', 'system'],
  ['etc/containers/systemd', 'system'],
  ['usr/share/containers/systemd', 'system'],
];

/** Finds the quadlets of a tree with their drop-ins; of two with the same name, the first of each manager. */
export function readQuadlets<F extends FileInTree>(files: readonly F[]): QuadletInTree<F>[] {
  const placed = files.flatMap((file) => placeOf(file) ?? []);
  placed.sort((a, b) => a.rank - b.rank || depthOf(a.file) - depthOf(b.file) || (a.file.path < b.file.path ? -1 : 1));
  const dropIns = groupDropIns(placed);
  const seen = new Set<string>();
  return placed.flatMap(({ file, manager }) => {
    const name = posix.basename(file.path);
    const kind = quadletKindOf(name);
    if (!kind || seen.has(`${manager} ${name}`)) return [];
    seen.add(`${manager} ${name}`);
    const parts = [file, ...findDropIns(name, kind.extension, dropIns[manager])];
    return [{ ...readQuadlet(name, kind, parts), manager, file }];
  });
}

interface Placed<F> {
  readonly file: F;
  readonly manager: Manager;
  readonly rank: number;
}

function placeOf<F extends FileInTree>(file: F): Placed<F> | undefined {
  const rank = FOLDERS.findIndex(([folder]) => file.path.startsWith(`${folder}/`));
  const [, manager] = FOLDERS[rank] ?? [];
  return manager && { file, manager, rank };
}

const depthOf = ({ path }: FileInTree): number => path.split('/').length;

type DropIns<F> = ReadonlyMap<string, readonly F[]>;

/** The files in each folder for drop-ins, by the folder's name, the most important first. */
function groupDropIns<F extends FileInTree>(placed: readonly Placed<F>[]): Readonly<Record<Manager, DropIns<F>>> {
  const groups = { system: new Map<string, F[]>(), user: new Map<string, F[]>() };
  for (const { file, manager } of placed) {
    if (!file.path.endsWith('.conf')) continue;
    const folder = posix.basename(posix.dirname(file.path));
    const group = groups[manager].get(folder);
    if (group) group.push(file);
    else groups[manager].set(folder, [file]);
  }
  return groups;
}

/** The drop-ins of a quadlet, by name; of two with the same name, the one in the more specific folder. */
function findDropIns<F extends FileInTree>(name: string, extension: string, dropIns: DropIns<F>): F[] {
  const byName = new Map<string, F>();
  for (const folder of listFolders(name, extension))
    for (const file of dropIns.get(folder) ?? []) {
      const own = posix.basename(file.path);
      if (!byName.has(own)) byName.set(own, file);
    }
  return [...byName.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, file]) => file);
}

/**
 * The folders that may hold drop-ins of a quadlet, the most specific first (podman 5.6,
 * pkg/systemd/parser/unitfile.go, GetUnitDropinPaths()): of itself, of its template, of each dashed prefix of its name, of
 * its type.
 */
function listFolders(name: string, extension: string): string[] {
  const [unit = '', instance] = name.slice(0, -extension.length - 1).split('@');
  const isTemplate = instance !== undefined;
  const parts = unit.split('-');
  const prefixes = parts.slice(0, -1).flatMap((_, index) => {
    const prefix = `${parts.slice(0, index + 1).join('-')}-`;
    return isTemplate ? [prefix, `${prefix}@`] : [prefix];
  });
  const names = instance ? [...prefixes, `${unit}@`] : prefixes;
  return [`${extension}.d`, ...names.map((each) => `${each}.${extension}.d`), `${name}.d`].reverse();
}
