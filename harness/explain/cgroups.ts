import { usageError } from '../core/errors.js';
import { groupBy } from '../core/group-by.js';
import { folderOf } from './cgroup-file.js';
import { highestOf } from './cgroup-path.js';

/** Where a file of a cgroup was found. */
export interface FoundAt {
  /** Its path, as far as a name says it. */
  readonly path: string;
  /** The place of its text among those that were given. */
  readonly source: number;
  /** The directory that was given, if it was found in one. */
  readonly within: string | undefined;
}

/** The files of one cgroup. */
interface CgroupFiles<T> {
  /** The cgroup's path, as far as the names say it; undefined if they do not. */
  readonly cgroup: string | undefined;
  readonly files: readonly T[];
}

/** The files of a cgroup, and then those of each cgroup below it. */
export type CgroupTree<T> = readonly [CgroupFiles<T>, ...CgroupFiles<T>[]];

/**
 * Sorts files by cgroup: one tree for each cgroup that is below no other. Files without a folder are of the highest
 * cgroup, or where several are as high, a tree of their own. Folders with other names than those of cgroups may hold two
 * readings of one cgroup.
 *
 * @throws OomdrillError `EVIDENCE_CGROUPS` for several folders that may hold cgroups, or several readings of one
 */
export function groupByCgroup<T extends FoundAt>(files: readonly T[]): readonly [CgroupTree<T>, ...CgroupTree<T>[]] {
  const cgroups = groupBy(files, cgroupOf);
  const homeless = cgroups.get(undefined) ?? [];
  const names = [...cgroups.keys()].flatMap((name) => name ?? []).sort((one, other) => one.length - other.length);
  if (names.length < 2) return [[{ cgroup: names[0], files }]];
  const known = new Set(names);
  const [first, ...others] = [...groupBy(names, (name) => highestOf(name, known)).values()].map(
    ([top, ...below]): CgroupTree<T> => [filesOf(top), ...below.map(filesOf)],
  );
  function filesOf(cgroup: string | undefined): CgroupFiles<T> {
    return { cgroup, files: cgroups.get(cgroup) ?? [] };
  }
  if (first === undefined || others.length === 0) {
    const [top, ...below] = first ?? [filesOf(undefined)];
    return [[{ ...top, files: [...homeless, ...top.files] }, ...below]];
  }
  if (areReadings(files)) return [[{ cgroup: undefined, files }]];
  if (!files.every(isInCgroup)) throw severalFolders([first, ...others].flatMap(([{ cgroup }]) => cgroup ?? []));
  return homeless.length === 0 ? [first, ...others] : [first, ...others, [filesOf(undefined)]];
}

/** The mount point of cgroups, and on a host with both versions the directory of one (Linux, cgroup-v1/cgroups.rst). */
const MOUNT = /^(?:(.*):)?.*?\/?sys\/fs\/cgroup(?:\/(?:memory|unified)(?=\/))?(\/.*)?$/;

function cgroupOf({ path, within }: FoundAt): string | undefined {
  const folder = folderOf(path);
  const [mounted, host, cgroup] = MOUNT.exec(folder) ?? [];
  // `kubectl exec POD -- cat /sys/fs/cgroup/memory.max`: each container sees its own cgroup there.
  if (mounted !== undefined) return `${host === undefined ? '' : `${host}:`}${cgroup ?? '/'}`;
  if (within !== undefined) return folder.slice(within.length).replace(/^\/+/, '') || '.';
  return folder === '' ? undefined : folder;
}

/** Names that only cgroups have: those of systemd's units, of pods, and of containers by their ID. */
const CGROUP_NAME = /(?:^|\/)(?:[^/]+\.(?:service|slice|scope|socket|mount|swap)|pod[-_0-9a-f]{32,}|[0-9a-f]{64})$/;

/** Whether the folder of a file is certainly a cgroup, and not one in which someone keeps a reading. */
function isInCgroup({ path }: FoundAt): boolean {
  const folder = folderOf(path);
  return folder === '' || MOUNT.test(folder) || CGROUP_NAME.test(folder);
}

/** Whether each text has files of one folder only, and none says that it is of another cgroup. */
function areReadings(files: readonly FoundAt[]): boolean {
  const folders = new Map<number, string>();
  return files.every((file) => {
    const folder = folderOf(file.path);
    if (file.within !== undefined || MOUNT.test(folder)) return false;
    const known = folders.get(file.source) ?? folder;
    folders.set(file.source, known);
    return known === folder;
  });
}

/** More are counted, and not named. */
const MAX_NAMED = 8;

function severalFolders(names: readonly string[]) {
  const more = names.length > MAX_NAMED ? ` and ${names.length - MAX_NAMED} more` : '';
  return usageError(
    'EVIDENCE_CGROUPS',
    `Each folder must be a cgroup's, as below /sys/fs/cgroup, or the files those of one cgroup (got ${names.length} folders: ${names.slice(0, MAX_NAMED).join(', ')}${more}).`,
    'Give two readings as two files or directories, and several cgroups with the paths that they have below /sys/fs/cgroup.',
  );
}
