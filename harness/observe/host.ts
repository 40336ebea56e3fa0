import { readFile } from 'node:fs/promises';
import { cpus, loadavg, release } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import si from 'systeminformation';
import { parseStall } from '../cgroup/pressure.js';
import type { Clock } from '../core/clock.js';
import { withoutUndefined } from '../core/defined.js';
import { messageOf } from '../core/errors.js';
import { readAvailableBytes } from '../machine/free-memory.js';
import type { EntryOf, Header } from '../record/schema.js';
import { type CpuTimes, parseCpuTimes, shareBetween } from './cpu-times.js';
import { cpuMsOf, HelperProcesses } from './helper-processes.js';
import type { Observer, ObserverContext } from './observer.js';
import { type GuestThreads, readThreads, runDelayBetween } from './run-delay.js';

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

/** What is counted from the boot of the host or the start of a process on, at one time of the record. */
export interface HostCounts {
  readonly t: number;
  readonly times: CpuTimes;
  /** CPU time of guest, harness and its helpers, milliseconds; undefined where the guest is not ours to see. */
  readonly oursMs: number | undefined;
  readonly threads: GuestThreads | undefined;
}

/** What runs the guest's CPUs on this host, by its PID; undefined where that is not known, `none` while there is no guest. */
type GuestPid = number | 'none' | undefined;

async function readCounts(guestPid: GuestPid, helpers: HelperProcesses, clock: Clock): Promise<HostCounts> {
  const isSeen = typeof guestPid === 'number';
  const [stat, guestMs, helpersMs, threads] = await Promise.all([
    readFile('/proc/stat', 'utf8'),
    isSeen ? cpuMsOf(guestPid) : guestPid === 'none' ? 0 : undefined,
    helpers.readCpuMs(),
    isSeen ? readThreads(guestPid) : undefined,
  ]);
  const times = parseCpuTimes(stat);
  if (!times) throw new Error('/proc/stat has no line of all CPUs');
  const { user, system } = process.cpuUsage();
  const oursMs = guestMs === undefined ? undefined : guestMs + helpersMs + (user + system) / 1e3;
  return { t: clock.now(), times, oursMs, threads };
}

/** What happened between two readings. What is not known is undefined. */
export function compareCounts(
  before: HostCounts,
  now: HostCounts,
): Pick<EntryOf<'host'>, 'stealPercent' | 'othersBusyCores' | 'iowaitPercent' | 'runDelayMs'> {
  return {
    stealPercent: shareBetween(before.times, now.times, 'steal'),
    iowaitPercent: shareBetween(before.times, now.times, 'iowait'),
    othersBusyCores: othersBusyCores(before, now),
    runDelayMs: before.threads && now.threads && runDelayBetween(before.threads, now.threads),
  };
}

/** How many cores others than guest and harness kept busy; undefined where the guest's CPU time is not known. */
function othersBusyCores(before: HostCounts, now: HostCounts): number | undefined {
  if (before.oursMs === undefined || now.oursMs === undefined || now.t <= before.t) return undefined;
  const othersMs = now.times.busy - before.times.busy - (now.oursMs - before.oursMs);
  return Math.max(0, othersMs / (now.t - before.t));
}

/** The host's own pressure; undefined where its kernel has no PSI, or it is switched off. */
async function readStalls(): Promise<EntryOf<'host'>['stalls']> {
  const read = async (what: string) => parseStall(await readFile(`/proc/pressure/${what}`, 'utf8').catch(() => ''));
  const [memory, cpu, io] = await Promise.all([read('memory'), read('cpu'), read('io')]);
  return memory || cpu || io ? withoutUndefined({ memory, cpu, io }) : undefined;
}

/**
 * Writes once a second how the host itself fares: a drill on a starved host is not believed.
 *
 * @param helpers processes that work for the drill, and are not among the others
 */
export function startHostWatch(
  { clock, write }: ObserverContext,
  guestPid: GuestPid,
  helpers = new HelperProcesses(),
): Observer {
  const loop = monitorEventLoopDelay({ resolution: 20 });
  loop.enable();
  let before: HostCounts | undefined;
  const look = async () => {
    const [now, availableBytes, stalls] = await Promise.all([
      readCounts(guestPid, helpers, clock),
      readAvailableBytes(),
      readStalls(),
    ]);
    const change = before ? compareCounts(before, now) : { stealPercent: 0 };
    write({
      type: 'host',
      t: now.t,
      loopStallMs: loop.max / 1e6,
      load1: loadavg()[0] ?? 0,
      availableBytes,
      clockDriftMs: Date.now() - clock.startedAtMs - clock.now(),
      ...change,
      stalls,
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
