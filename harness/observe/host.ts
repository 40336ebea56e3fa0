import { readdir, readFile } from 'node:fs/promises';
import { cpus, loadavg, release } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import si from 'systeminformation';
import type { Header } from '../record/schema.js';
import type { Observer, ObserverContext } from './observer.js';

/** What this host is, for the header of a record and the summary. */
export async function hostFacts(): Promise<Header['host']> {
  const [memory, os] = await Promise.all([si.mem(), si.osInfo()]);
  return {
    cpus: cpus().length,
    cpuModel: cpus()[0]?.model ?? 'unknown',
    memoryBytes: memory.total,
    availableBytes: memory.available,
    kernel: release(),
    distribution: `${os.distro} ${os.release}`.trim(),
  };
}

/** Columns of the `cpu` line of /proc/stat: steal is the eighth (proc_stat(5)). */
async function cpuTimes(): Promise<{ total: number; steal: number }> {
  const [line = ''] = (await readFile('/proc/stat', 'utf8')).split('\n', 1);
  const columns = line.trim().split(/\s+/).slice(1, 9).map(Number);
  return { total: columns.reduce((sum, ticks) => sum + ticks, 0), steal: columns[7] ?? 0 };
}

async function availableBytes(): Promise<number> {
  const kib = /^MemAvailable:\s+(\d+) kB/m.exec(await readFile('/proc/meminfo', 'utf8'))?.[1];
  return Number(kib ?? 0) * 1024;
}

/**
 * How long the threads of a process have waited for a core since they began, milliseconds in all: the second number of
 * /proc/PID/task/TID/schedstat (Linux, Documentation/scheduler/sched-stats.rst). Undefined where the kernel does not say.
 */
async function waitedMs(pid: number): Promise<number | undefined> {
  try {
    const threads = await readdir(`/proc/${pid}/task`);
    const stats = await Promise.all(threads.map((tid) => readFile(`/proc/${pid}/task/${tid}/schedstat`, 'utf8')));
    return stats.reduce((sum, stat) => sum + Number(stat.split(' ')[1]), 0) / 1e6;
  } catch {
    // Without schedstats, or a thread that has just ended.
    return undefined;
  }
}

/** What runs the guest's CPUs on this host, and how many there are. */
export interface GuestCpus {
  readonly hostPid: number | undefined;
  readonly count: number;
}

/** Writes once a second how the host itself fares: a drill on a starved host is not believed. */
export function startHostWatch({ clock, write }: ObserverContext, guest: GuestCpus): Observer {
  const loop = monitorEventLoopDelay({ resolution: 20 });
  loop.enable();
  let before: { total: number; steal: number } | undefined;
  let waited: { t: number; ms: number } | undefined;
  const guestWait = async () => {
    const ms = guest.hostPid === undefined ? undefined : await waitedMs(guest.hostPid);
    const [last, now] = [waited, ms === undefined ? undefined : { t: clock.now(), ms }];
    waited = now;
    if (!last || !now || now.t <= last.t) return {};
    return { guestWaitPercent: Math.max(0, (100 * (now.ms - last.ms)) / (now.t - last.t) / guest.count) };
  };
  const look = async () => {
    const [times, available, wait] = await Promise.all([cpuTimes(), availableBytes(), guestWait()]);
    const total = before ? times.total - before.total : 0;
    const stealPercent = before && total > 0 ? (100 * (times.steal - before.steal)) / total : 0;
    before = times;
    write({
      type: 'host',
      t: clock.now(),
      loopStallMs: loop.max / 1e6,
      load1: loadavg()[0] ?? 0,
      availableBytes: available,
      stealPercent,
      clockDriftMs: Date.now() - clock.startedAtMs - clock.now(),
      ...wait,
    });
    loop.reset();
  };
  const timer = setInterval(() => void look(), 1_000);
  return {
    async stop() {
      clearInterval(timer);
      loop.disable();
    },
  };
}
