/** One line of a cgroup file by what it holds. */
export type CgroupLine =
  | { readonly form: 'keyed'; readonly key: string }
  | { readonly form: 'pressure'; readonly key: 'some' | 'full' }
  | { readonly form: 'value' };

const PRESSURE = /^(some|full) avg10=\d/;
const KEYED = /^([a-z][a-z_0-9.]{0,63}) \d{1,20}$/;
const VALUE = /^(?:max|-?\d{1,20})$/;

/** What a line of a cgroup file may be. Undefined for any other line. */
export function parseCgroupLine(line: string): CgroupLine | undefined {
  const pressure = PRESSURE.exec(line)?.[1];
  if (pressure === 'some' || pressure === 'full') return { form: 'pressure', key: pressure };
  const key = KEYED.exec(line)?.[1];
  if (key !== undefined) return { form: 'keyed', key };
  return VALUE.test(line) ? { form: 'value' } : undefined;
}

const EVENTS = 'memory.events';
const SWAP_EVENTS = 'memory.swap.events';
const OOM_CONTROL = 'memory.oom_control';
const STAT = 'memory.stat';
/** `/proc/vmstat`, of the whole host: it shares keys with memory.stat, and has an `oom_kill` too. */
const VMSTAT = 'vmstat';

/**
 * Which files have a key (Linux 6.12: mm/memcontrol.c, __memory_events_show, swap_events_show and memory_stats;
 * mm/memcontrol-v1.c; mm/vmstat.c). memory.events.local has the keys of memory.events: a name alone tells them apart.
 */
const FILES_OF_KEY: Readonly<Record<string, readonly string[]>> = {
  low: [EVENTS],
  high: [EVENTS, SWAP_EVENTS],
  max: [EVENTS, SWAP_EVENTS],
  oom: [EVENTS],
  oom_kill: [EVENTS, OOM_CONTROL, VMSTAT],
  oom_group_kill: [EVENTS],
  sock_throttled: [EVENTS],
  fail: [SWAP_EVENTS],
  oom_kill_disable: [OOM_CONTROL],
  under_oom: [OOM_CONTROL],
};

const STAT_KEY =
  /^(?:anon|file|kernel|cache|rss|sock|shmem|slab|percpu|vmalloc|pagetables|sec_pagetables|unevictable|dirty|writeback|swap|swapcached|zswap|zswapped|mapped_file|rss_huge|shmem_thp|hugetlb|recent_\w+)$|^(?:kernel_stack|file_|anon_|inactive_|active_|slab_|total_|hierarchical_|zswp|swp)/;
const STAT_OR_VMSTAT_KEY = /^(?:pg|workingset_|thp_|numa_)/;

/** The files that may hold a key, as far as is known; none for an unknown key. */
export function filesWithKey(key: string): readonly string[] {
  const known = Object.hasOwn(FILES_OF_KEY, key) ? FILES_OF_KEY[key] : undefined;
  if (known) return known;
  if (STAT_KEY.test(key)) return [STAT];
  if (STAT_OR_VMSTAT_KEY.test(key)) return [STAT, VMSTAT];
  return key.startsWith('nr_') ? [VMSTAT] : [];
}
