/** How a file of a cgroup is written. `other`: in a way that nothing here needs. */
type FileForm = 'keyed' | 'pressure' | 'value' | 'other';

/** Which version of cgroups has a file; `both` for a name that either has, with other content. */
type CgroupVersion = 'v1' | 'v2' | 'both';

export interface CgroupFile {
  readonly name: string;
  readonly form: FileForm;
  readonly version: CgroupVersion;
}

/**
 * The files of the memory controllers (Linux, Documentation/admin-guide/cgroup-v2.rst and cgroup-v1/memory.rst), by name.
 * The names of a line of this table have one form.
 */
const FILES: readonly CgroupFile[] = [
  ...named('v2', 'keyed', 'memory.events memory.events.local memory.swap.events'),
  ...named('both', 'keyed', 'memory.stat'),
  ...named('v2', 'pressure', 'memory.pressure io.pressure cpu.pressure irq.pressure'),
  ...named('v2', 'value', 'memory.current memory.high memory.max memory.low memory.min memory.peak memory.oom.group'),
  ...named('v2', 'value', 'memory.swap.current memory.swap.high memory.swap.max memory.swap.peak'),
  ...named('v2', 'value', 'memory.zswap.current memory.zswap.max memory.zswap.writeback'),
  ...named('v1', 'keyed', 'memory.oom_control'),
  ...named('v1', 'value', 'memory.usage_in_bytes memory.limit_in_bytes memory.max_usage_in_bytes memory.failcnt'),
  ...named('v1', 'value', 'memory.memsw.usage_in_bytes memory.memsw.limit_in_bytes memory.memsw.max_usage_in_bytes'),
  ...named('v1', 'value', 'memory.memsw.failcnt memory.soft_limit_in_bytes memory.swappiness memory.use_hierarchy'),
  ...named('v1', 'other', 'memory.kmem memory.move_charge_at_immigrate memory.pressure_level memory.force_empty'),
  ...named('both', 'other', 'memory.numa_stat memory.reclaim'),
];

function named(version: CgroupVersion, form: FileForm, names: string): CgroupFile[] {
  return names.split(' ').map((name) => ({ name, form, version }));
}

const BY_NAME: ReadonlyMap<string, CgroupFile> = new Map(FILES.map((file) => [file.name, file]));

/** Files of other controllers; of these only the name is known. */
const OTHER_CONTROLLER =
  /^(?:cgroup|cpu|cpuacct|cpuset|dmem|hugetlb|io|irq|misc|pids|rdma|blkio|devices|freezer)\.[a-z_][a-z_.]*$/;

/** A name as people save it: `before-memory.events`, `memory.events.2`, `memory.events (copy).txt`. */
const IN_A_NAME = new RegExp(
  `(?:^|[^a-z])((?:${[...BY_NAME.keys()]
    .sort((one, other) => other.length - one.length)
    .map((name) => name.replaceAll('.', String.raw`\.`))
    .join('|')})(?![a-z_]))`,
);

export const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
export const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));

/** PSI of the whole host, as the kernel has it and as `oomdrill capture` saves it. */
export const HOST_PRESSURE = '/proc/pressure/memory';
const OF_HOST: CgroupFile = { name: HOST_PRESSURE, form: 'pressure', version: 'v2' };
const OTHER_OF_HOST: CgroupFile = { name: '/proc/pressure', form: 'pressure', version: 'v2' };

/** Which file of a cgroup a path names, exactly. Undefined for any other path. */
export function cgroupFileAt(path: string): CgroupFile | undefined {
  const name = baseName(path);
  if (/(?:^|\/)pressure\/(?:io|cpu|irq)$/.test(path)) return OTHER_OF_HOST;
  if (/(?:^|\/)pressure\/memory$/.test(path) || name === 'host-memory.pressure') return OF_HOST;
  const known = BY_NAME.get(name);
  if (known) return known;
  return OTHER_CONTROLLER.test(name) ? { name, form: 'other', version: 'both' } : undefined;
}

/** Which file of a cgroup a path most likely names, whatever people put before or behind its name. */
export function guessCgroupFile(path: string): CgroupFile | undefined {
  return cgroupFileAt(path) ?? BY_NAME.get(IN_A_NAME.exec(baseName(path))?.[1] ?? '');
}

/** The value file that a name means. @throws Error for a name that is not in the table */
export function cgroupFileNamed(name: string): CgroupFile {
  const file = BY_NAME.get(name);
  if (!file) throw new Error(`There is no file ${name} in the table.`);
  return file;
}
