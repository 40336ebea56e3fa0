import { readFile } from 'node:fs/promises';
import { cpus, loadavg, release } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import si from 'systeminformation';
import { messageOf } from '../core/errors.js';
import { readAvailableBytes } from '../machine/free-memory.js';
import { readStatFields } from '../machine/process.js';
import type { Header } from '../record/schema.js';
import type { Observer, ObserverContext } from './observer.js';

/** What this host is, for the header of a record and the summary. */
export async function readHostFacts(): Promise<Header['host']> {
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

/** A tick of /proc/stat and /proc/PID/stat, milliseconds: USER_HZ is 100 on every architecture that we run on (proc_stat(5)). */
const TICK_MS = 10;

/** CPU time of the whole host: in all, stolen by a hypervisor above it, and busy at a usual priority. Milliseconds over all cores. */
interface CpuTimes {
  readonly total: number;
  readonly steal: number;
  readonly busy: number;
}

/** The `cpu` line of /proc/stat: user, nice, system, idle, iowait, irq, softirq, steal (proc_stat(5)). */
async function readCpuTimes(): Promise<CpuTimes> {
  const [line = ''] = (await readFile('/proc/stat', 'utf8')).split('\n', 1);
  const columns = line
    .trim()
    .split(/\s+/)
    .slice(1, 9)
    .map((ticks) => Number(ticks) * TICK_MS);
  const [user = 0, , system = 0, , , irq = 0, softirq = 0, steal = 0] = columns;
  return { total: columns.reduce((sum, ms) => sum + ms, 0), steal, busy: user + system + irq + softirq };
}

/** CPU time that a process has used, milliseconds: utime and stime of /proc/PID/stat (proc_pid_stat(5)). Undefined when it is gone. */
async function cpuMsOf(pid: number): Promise<number | undefined> {
  const fields = await readStatFields(pid);
  return fields && (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

/**
 * Writes once a second how the host itself fares: a drill on a starved host is not believed.
 *
 * @param guestPid what runs the guest's CPUs on this host; undefined where that is not known, `none` while there is no guest
 */
export function startHostWatch({ clock, write }: ObserverContext, guestPid: number | 'none' | undefined): Observer {
  const loop = monitorEventLoopDelay({ resolution: 20 });
  loop.enable();
  let before: { t: number; times: CpuTimes; ours: number | undefined } | undefined;
  /** CPU time of guest and harness. */
  const oursMs = async () => {
    const guest = guestPid === 'none' ? 0 : guestPid && (await cpuMsOf(guestPid));
    const { user, system } = process.cpuUsage();
    return guest === undefined ? undefined : guest + (user + system) / 1e3;
  };
  const look = async () => {
    const [times, available, ours] = await Promise.all([readCpuTimes(), readAvailableBytes(), oursMs()]);
    const now = { t: clock.now(), times, ours };
    write({
      type: 'host',
      t: now.t,
      loopStallMs: loop.max / 1e6,
      load1: loadavg()[0] ?? 0,
      availableBytes: available,
      stealPercent: before ? stolenPercent(before.times, times) : 0,
      clockDriftMs: Date.now() - clock.startedAtMs - clock.now(),
      othersBusyCores: before && othersBusyCores(before, now),
    });
    before = now;
    loop.reset();
  };
  let blind = false;
  const failed = (thrown: unknown) => {
    if (!blind)
      write({ type: 'note', t: clock.now(), message: `this host could not be watched: ${messageOf(thrown)}` });
    blind = true;
  };
  const timer = setInterval(() => void look().catch(failed), 1_000);
  return {
    async stop() {
      clearInterval(timer);
      blind = true;
      loop.disable();
    },
  };
}

function stolenPercent(before: CpuTimes, now: CpuTimes): number {
  const total = now.total - before.total;
  // A hypervisor may set its counter back, as in a migration (proc_stat(5)).
  return total > 0 ? Math.max(0, Math.min(100, (100 * (now.steal - before.steal)) / total)) : 0;
}

type HostReading = { readonly t: number; readonly times: CpuTimes; readonly ours: number | undefined };

/** How many cores others than guest and harness kept busy; undefined where the guest's CPU time is not known. */
function othersBusyCores(before: HostReading, now: HostReading): number | undefined {
  if (before.ours === undefined || now.ours === undefined || now.t <= before.t) return undefined;
  const othersMs = now.times.busy - before.times.busy - (now.ours - before.ours);
  return Math.max(0, othersMs / (now.t - before.t));
}
