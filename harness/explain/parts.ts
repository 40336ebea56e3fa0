import { usageError } from '../core/errors.js';

/** A file that a user saved during an incident, or a part of one that contains several. */
export interface Saved {
  /** Its name, with the folder if it is known. */
  readonly name: string;
  readonly text: string;
}

/** Files of a cgroup with a single value: its limits and its size. */
export const VALUE_FILES = ['memory.current', 'memory.high', 'memory.max'] as const;

/** The files of a cgroup that the diagnosis uses. */
export const USED_FILES: ReadonlySet<string> = new Set([
  'memory.events',
  'memory.stat',
  'memory.pressure',
  ...VALUE_FILES,
]);

/**
 * The other files of a cgroup (Linux, Documentation/admin-guide/cgroup-v2.rst), and those that `oomdrill capture` saves
 * with them. Only the name distinguishes them: `memory.events.local` has the format of `memory.events`, and
 * `io.pressure` that of `memory.pressure`.
 */
const OTHER_FILES = [
  /^memory\.(?:events\.local|low|min|numa_stat|oom\.group|peak|reclaim|swap\.\w+|zswap\.\w+)/,
  /^(?:cgroup|cpu|cpuset|dmem|hugetlb|io|irq|misc|pids|rdma)\./,
  /^(?:host\.json|host-memory\.pressure|left-out\.txt)$/,
];

export const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));

/** Whether a file is a known one that the diagnosis does not use. */
export const isOther = ({ name }: Saved): boolean => OTHER_FILES.some((pattern) => pattern.test(baseName(name)));

/**
 * Splits the output of `grep '' memory.*`, in which each line begins with the name of its file, into files.
 *
 * @throws OomdrillError `EVIDENCE_CGROUPS` for files of more than one cgroup
 */
export function splitFiles(files: readonly Saved[]): Saved[] {
  const split = files.map(splitFile);
  const folders = split.map((parts) => [...new Set(parts.map(({ name }) => folderOf(name)).filter(Boolean))]);
  // One text is from one moment; two texts may be readings of the same cgroup from two folders.
  const ofCgroups = new Set(folders.flat().filter((folder) => folder.startsWith('/sys/fs/cgroup')));
  const mixed = folders.find((each) => each.length > 1) ?? (ofCgroups.size > 1 ? [...ofCgroups] : undefined);
  if (mixed)
    throw usageError(
      'EVIDENCE_CGROUPS',
      `The files must be of one cgroup (got ${mixed.length} cgroups: ${mixed.join(', ')}).`,
      'Give the files of one cgroup at a time.',
    );
  return split.flat();
}

/** The files that a text contains, or the text itself if it is a single file. */
function splitFile({ name, text }: Saved): Saved[] {
  const parts = new Map<string, string[]>();
  for (const line of text.split('\n').filter(Boolean)) {
    const end = line.indexOf(':');
    const part = line.slice(0, Math.max(0, end));
    if (!/^memory\.[a-z_.]+$/.test(baseName(part)) || /\s/.test(part)) return [{ name, text }];
    const content = parts.get(part) ?? [];
    parts.set(part, content);
    content.push(`${line.slice(end + 1)}\n`);
  }
  if (parts.size === 0) return [{ name, text }];
  return [...parts].map(([part, content]) => ({ name: part, text: content.join('') }));
}
