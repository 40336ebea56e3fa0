import { z } from 'zod';
import { MEMORY_STAT_FIELDS, parseFlatKeyed } from '../cgroup/flat-keyed.js';
import { parsePressure, parseStall } from '../cgroup/pressure.js';
import { withoutUndefined } from '../core/defined.js';
import { parseJson } from '../core/json.js';
import type { CgroupSample, EntryOf, InjectionProgress } from './schema.js';

/** One line of the sampler in the guest (guest/sampler.c): raw files by key. */
const lineSchema = z.object({
  n: z.number().int().nonnegative(),
  mono: z.number(),
  wall: z.number(),
  cpu: z.number(),
  files: z.record(z.string(), z.string()),
});

/** Facts that are not in a sampler's line. */
export interface SampleContext {
  readonly serverPid: number;
  /** Readers of each injection's state file, by the injection's name. */
  readonly readers?: Readonly<Record<string, (text: string) => InjectionProgress | undefined>>;
}

/**
 * Parses one line of the sampler into an entry without the host's time. Keys of the line's files: `ROLE/memory.current`
 * and other files of the cgroup with that role, `box/memory.pressure` and the two others of /proc/pressure, `server/stat`,
 * `server/cpu.usage` (of its cpu.stat), `canary/cpu.stat`, `listen` (not a file: the number of waiting connections), `hog/NAME` for the state of an injection of any
 * kind, `meminfo`, `vmstat`.
 *
 * @returns null for an invalid or incomplete line
 */
export function parseSample(
  line: string,
  { serverPid, readers = {} }: SampleContext,
): Omit<EntryOf<'sample'>, 't'> | null {
  const parsed = lineSchema.safeParse(parseJson(line).value);
  if (!parsed.success) return null;
  const { n, mono, wall, cpu, files } = parsed.data;
  const cgroups: Record<string, CgroupSample> = {};
  const progress: Record<string, InjectionProgress> = {};
  for (const [key, text] of Object.entries(files)) {
    const [role = '', file = ''] = key.split('/', 2);
    if (role === 'hog') {
      const read = readers[file]?.(text);
      if (read) progress[file] = read;
    } else if (file === 'memory.current' && /^\d+$/.test(text.trim()))
      cgroups[role] = parseCgroupSample(role, Number(text), files);
  }
  const memAvailableKib = /^MemAvailable:\s+(\d+) kB/m.exec(files.meminfo ?? '')?.[1];
  return withoutUndefined({
    type: 'sample' as const,
    seq: n,
    guestMonotonicMs: mono,
    guestWallMs: wall,
    samplerCpuMs: cpu,
    canaryCpuMs: parseCpuMs(files['canary/cpu.stat']),
    cgroups,
    server: { pid: serverPid, task: parseTaskState(files['server/stat']) },
    listen: /^\d+\s*$/.test(files.listen ?? '') ? { queue: Number(files.listen) } : null,
    progress,
    memAvailableBytes: memAvailableKib === undefined ? undefined : Number(memAvailableKib) * 1024,
    box: parseBox(files),
  });
}

/** The CPU time in a cpu.stat, milliseconds; undefined where there is none (Linux, Documentation/admin-guide/cgroup-v2.rst). */
function parseCpuMs(text = ''): number | undefined {
  const us = parseFlatKeyed(text).usage_usec;
  return us === undefined ? undefined : us / 1e3;
}

/** The pressure of the whole guest; undefined where the line has none. */
function parseBox(files: Record<string, string>): EntryOf<'sample'>['box'] {
  const [memory, cpu, io] = ['memory', 'cpu', 'io'].map((what) => parseStall(files[`box/${what}.pressure`] ?? ''));
  return memory || cpu || io ? withoutUndefined({ memory, cpu, io }) : undefined;
}

function parseCgroupSample(role: string, current: number, files: Record<string, string>): CgroupSample {
  const pressure = parsePressure(files[`${role}/memory.pressure`] ?? '');
  const swap = files[`${role}/memory.swap.current`]?.trim();
  return withoutUndefined({
    current,
    swap: swap !== undefined && /^\d+$/.test(swap) ? Number(swap) : undefined,
    events: parseFlatKeyed(files[`${role}/memory.events`] ?? ''),
    stat: parseFlatKeyed(files[`${role}/memory.stat`] ?? '', MEMORY_STAT_FIELDS),
    pressure,
    cpuStall: parseStall(files[`${role}/cpu.pressure`] ?? ''),
    ioStall: parseStall(files[`${role}/io.pressure`] ?? ''),
    cpuMs: parseCpuMs(files[`${role}/cpu.usage`]),
    throttledUs: parseFlatKeyed(files[`${role}/cpu.stat`] ?? '').throttled_usec,
    refusedForks: parseFlatKeyed(files[`${role}/pids.events`] ?? '').max,
  });
}

/** The state letter of /proc/PID/stat, after the last parenthesis (proc_pid_stat(5)); `-` if the process has ended. */
function parseTaskState(stat = ''): string {
  return /^\) (\S)/.exec(stat.slice(Math.max(0, stat.lastIndexOf(') '))))?.[1] ?? '-';
}
