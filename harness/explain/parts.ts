import { usageError } from '../core/errors.js';

/** A file that somebody saved on the night, by its name and text; or one of those that a single text holds. */
export interface Saved {
  /** With its folder, as far as it is known. */
  readonly name: string;
  readonly text: string;
}

/** Limits and size of a cgroup: files of a single value. */
export const VALUE_FILES = ['memory.current', 'memory.high', 'memory.max'] as const;

/** The files of a cgroup that a diagnosis rests on. */
export const USED_FILES: ReadonlySet<string> = new Set([
  'memory.events',
  'memory.stat',
  'memory.pressure',
  ...VALUE_FILES,
]);

/**
 * The other files of a cgroup (Linux, Documentation/admin-guide/cgroup-v2.rst), and what `oomdrill capture` saves beside them.
 * They are told by their names: `memory.events.local` holds what `memory.events` does, and `io.pressure` what `memory.pressure` does.
 */
const OTHER_FILES = [
  /^memory\.(?:events\.local|low|min|numa_stat|oom\.group|peak|reclaim|swap\.\w+|zswap\.\w+)/,
  /^(?:cgroup|cpu|cpuset|dmem|hugetlb|io|irq|misc|pids|rdma)\./,
  /^(?:host\.json|host-memory\.pressure|left-out\.txt)$/,
];

export const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));

/** Whether a file is a known one that says nothing of our question. */
export const isOther = ({ name }: Saved): boolean => OTHER_FILES.some((pattern) => pattern.test(baseName(name)));

/**
 * Takes apart what `grep '' memory.*` prints, each line with the name of its file before it.
 *
 * @throws OomdrillError `EVIDENCE_CGROUPS` where they are the files of more than one cgroup
 */
export function takeApart(files: readonly Saved[]): Saved[] {
  const taken = files.map(readParts);
  const folders = taken.map((parts) => [...new Set(parts.map(({ name }) => folderOf(name)).filter(Boolean))]);
  // One text is of one time; two of them may be readings of one cgroup that were kept in two folders.
  const ofCgroups = new Set(folders.flat().filter((folder) => folder.startsWith('/sys/fs/cgroup')));
  const mixed = folders.find((of) => of.length > 1) ?? (ofCgroups.size > 1 ? [...ofCgroups] : undefined);
  if (mixed)
    throw usageError(
      'EVIDENCE_CGROUPS',
      `There are files of ${mixed.length} cgroups: ${mixed.join(', ')}.`,
      'Give those of one cgroup at a time.',
    );
  return taken.flat();
}

/** One text as it is, or the files that it holds. */
function readParts({ name, text }: Saved): Saved[] {
  const lines = text.split('\n').filter(Boolean);
  const named = lines.map((line) => /^((?:\S*\/)?memory\.[a-z_.]+):(.*)$/.exec(line));
  if (lines.length === 0 || !named.every(Boolean)) return [{ name, text }];
  const parts = new Map<string, string>();
  for (const match of named) {
    const [, part = '', line] = match ?? [];
    parts.set(part, `${parts.get(part) ?? ''}${line}\n`);
  }
  return [...parts].map(([part, said]) => ({ name: part, text: said }));
}
