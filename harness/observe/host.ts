import { readFile } from 'node:fs/promises';
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

/** Writes once a second how the host itself fares: a drill on a starved host is not believed. */
export function startHostWatch({ clock, write }: ObserverContext): Observer {
  const loop = monitorEventLoopDelay({ resolution: 20 });
  loop.enable();
  let before: { total: number; steal: number } | undefined;
  const look = async () => {
    const [times, available] = await Promise.all([cpuTimes(), availableBytes()]);
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
