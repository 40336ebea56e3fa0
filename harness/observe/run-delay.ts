import { readdir, readFile } from 'node:fs/promises';

/** A thread of the process that runs the guest. */
interface GuestThread {
  readonly name: string;
  /** How long it was ready to run and waited for a CPU since its start, milliseconds. */
  readonly delayMs: number;
}

/** Threads by their TID. */
export type GuestThreads = ReadonlyMap<string, GuestThread>;

/** As QEMU names the threads of its CPUs with `debug-threads=on`: one each, or one for all where they take turns. */
const CPU_THREAD = /^(?:CPU \d+|ALL CPUs)\/(?:KVM|TCG)$/;

/**
 * Reads the second field of a schedstat file, nanoseconds on a run queue (Linux, Documentation/scheduler/sched-stats.rst). In
 * milliseconds; undefined where the text is something else.
 */
export function parseRunDelay(schedstat: string): number | undefined {
  const ns = /^\d+ (\d+) \d+$/.exec(schedstat.trim())?.[1];
  return ns === undefined ? undefined : Number(ns) / 1e6;
}

/** The threads of a process; undefined where it is gone, or the kernel does not count this. A thread that ends meanwhile is left out. */
export async function readThreads(pid: number): Promise<GuestThreads | undefined> {
  const dir = `/proc/${pid}/task`;
  const tids = await readdir(dir).catch(() => []);
  const threads = new Map<string, GuestThread>();
  for (const tid of tids) {
    const read = (file: string) => readFile(`${dir}/${tid}/${file}`, 'utf8').catch(() => '');
    const [name, schedstat] = [await read('comm'), await read('schedstat')];
    const delayMs = parseRunDelay(schedstat);
    if (delayMs !== undefined) threads.set(tid, { name: name.trim(), delayMs });
  }
  return threads.size === 0 ? undefined : threads;
}

/**
 * How long the CPUs of the guest waited for a CPU of the host between two readings, milliseconds over all of them. Where no thread
 * has the name of one, all threads count. Undefined where no thread is in both readings.
 */
export function runDelayBetween(before: GuestThreads, now: GuestThreads): number | undefined {
  const both = [...now].filter(([tid]) => before.has(tid));
  const cpus = both.filter(([, { name }]) => CPU_THREAD.test(name));
  const counted = cpus.length > 0 ? cpus : both;
  if (counted.length === 0) return undefined;
  return counted.reduce((sum, [tid, { delayMs }]) => sum + Math.max(0, delayMs - (before.get(tid)?.delayMs ?? 0)), 0);
}
