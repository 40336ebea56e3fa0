/**
 * Reads a "flat keyed" cgroup file: lines of `KEY VALUE` (Linux, Documentation/admin-guide/cgroup-v2.rst, "Format").
 * memory.events and memory.stat are such files. Other lines are ignored: newer kernels add keys, never other formats.
 *
 * @param keep the keys to keep; all if undefined
 */
export function parseFlatKeyed(text: string, keep?: ReadonlySet<string>): Record<string, number> {
  const values: Record<string, number> = {};
  for (const line of text.split('\n')) {
    const match = /^([a-z_0-9.]+) (\d+)$/.exec(line);
    if (match?.[1] !== undefined && (!keep || keep.has(match[1]))) values[match[1]] = Number(match[2]);
  }
  return values;
}

/** The fields of memory.stat that a record keeps: charged memory in bytes, and the work of reclaim in pages. */
export const MEMORY_STAT_FIELDS: ReadonlySet<string> = new Set([
  'anon',
  'file',
  'kernel',
  'shmem',
  'file_mapped',
  'unevictable',
  'slab',
  'workingset_refault_anon',
  'workingset_refault_file',
  'workingset_activate_file',
  'pgscan',
  'pgsteal',
  'pgfault',
  'pgmajfault',
]);
