import { z } from 'zod';
import { MEMORY_STAT_FIELDS, parseFlatKeyed } from '../cgroup/flat-keyed.js';
import { parsePressure } from '../cgroup/pressure.js';
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

/** What a sample line cannot say of itself. */
export interface SampleContext {
  readonly serverPid: number;
  /** What each injection's state file says of its progress, by name. */
  readonly readers?: Readonly<Record<string, (text: string) => InjectionProgress | undefined>>;
}

/**
 * Turns one line of the sampler into an entry, but for the host's time. Keys of files: `ROLE/memory.current` and its like by
 * the role of the cgroup, `server/stat`, `listen` (connections that wait, no file), `hog/NAME` for the state of an injection of
 * whichever kind, `meminfo`, `vmstat`.
 * Null when the line is none: cut off, or garbled.
 */
export function parseSample(
  line: string,
  { serverPid, readers = {} }: SampleContext,
): Omit<EntryOf<'sample'>, 't'> | null {
  const read = lineSchema.safeParse(parseJson(line).value);
  if (!read.success) return null;
  const { n, mono, wall, cpu, files } = read.data;
  const cgroups: Record<string, CgroupSample> = {};
  const progress: Record<string, InjectionProgress> = {};
  for (const [key, text] of Object.entries(files)) {
    const [role = '', file = ''] = key.split('/', 2);
    if (role === 'hog') {
      const seen = readers[file]?.(text);
      if (seen) progress[file] = seen;
    } else if (file === 'memory.current' && /^\d+$/.test(text.trim()))
      cgroups[role] = cgroupSample(role, Number(text), files);
  }
  const memAvailableKib = /^MemAvailable:\s+(\d+) kB/m.exec(files.meminfo ?? '')?.[1];
  return withoutUndefined({
    type: 'sample' as const,
    seq: n,
    guestMonotonicMs: mono,
    guestWallMs: wall,
    samplerCpuMs: cpu,
    cgroups,
    server: { pid: serverPid, task: taskState(files['server/stat']) },
    listen: /^\d+\s*$/.test(files.listen ?? '') ? { queue: Number(files.listen) } : null,
    progress,
    memAvailableBytes: memAvailableKib === undefined ? undefined : Number(memAvailableKib) * 1024,
  });
}

function cgroupSample(role: string, current: number, files: Record<string, string>): CgroupSample {
  const pressure = parsePressure(files[`${role}/memory.pressure`] ?? '');
  const swap = files[`${role}/memory.swap.current`]?.trim();
  return withoutUndefined({
    current,
    swap: swap !== undefined && /^\d+$/.test(swap) ? Number(swap) : undefined,
    events: parseFlatKeyed(files[`${role}/memory.events`] ?? ''),
    stat: parseFlatKeyed(files[`${role}/memory.stat`] ?? '', MEMORY_STAT_FIELDS),
    pressure,
  });
}

/** The state letter of /proc/PID/stat, behind the last parenthesis (proc_pid_stat(5)); `-` when the process is gone. */
function taskState(stat = ''): string {
  return /.*\) (\S)/s.exec(stat)?.[1] ?? '-';
}
