import { usageError } from '../core/errors.js';
import { groupBy } from '../core/group-by.js';
import { folderOf } from './cgroup-file.js';
import { isBelow } from './cgroup-path.js';

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

/**
 * Sorts files by cgroup: the highest one first, of which the others are below it. Files without a folder are of the
 * highest one. Folders with other names than those below /sys/fs/cgroup may hold two readings of one cgroup.
 *
 * @throws OomdrillError `EVIDENCE_CGROUPS` for cgroups of which none is above the others
 */
export function groupByCgroup<T extends FoundAt>(files: readonly T[]): readonly [CgroupFiles<T>, ...CgroupFiles<T>[]] {
  const cgroups = groupBy(files, cgroupOf);
  const homeless = cgroups.get(undefined) ?? [];
  const names = [...cgroups.keys()].flatMap((name) => name ?? []).sort((one, other) => one.length - other.length);
  const [top] = names;
  if (top === undefined || names.length === 1) return [{ cgroup: top, files }];
  if (!names.every((name) => name === top || isBelow(name, top))) {
    if (areReadings(files)) return [{ cgroup: undefined, files }];
    throw severalCgroups(names);
  }
  const rest = names.slice(1).map((cgroup) => ({ cgroup, files: cgroups.get(cgroup) ?? [] }));
  return [{ cgroup: top, files: [...homeless, ...(cgroups.get(top) ?? [])] }, ...rest];
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

function severalCgroups(names: readonly string[]) {
  const more = names.length > MAX_NAMED ? ` and ${names.length - MAX_NAMED} more` : '';
  return usageError(
    'EVIDENCE_CGROUPS',
    `The files must be of one cgroup, or of one and those below it (got ${names.length} cgroups: ${names.slice(0, MAX_NAMED).join(', ')}${more}).`,
    'Give the files of one cgroup at a time, or with them those of the cgroup above them all.',
  );
}
