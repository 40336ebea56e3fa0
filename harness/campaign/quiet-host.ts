import { EventEmitter, on } from 'node:events';
import { cpus } from 'node:os';
import { startClock } from '../core/clock.js';
import { formatDuration } from '../core/duration.js';
import type { Progress } from '../core/progress.js';
import { type BusyProcess, type LookAtProcesses, startProcessLooks } from '../observe/busiest-processes.js';
import { startHostWatch } from '../observe/host.js';
import type { Entry, EntryOf } from '../record/schema.js';
import { BOUNDS } from '../verdict/bounds.js';

type HostReading = EntryOf<'host'>;

/** How long a host must have been quiet before it is believed, milliseconds. */
const QUIET_MS = 10_000;

/** How long a host is looked at that stayed busy before, milliseconds. */
const LOOK_AGAIN_MS = 30_000;

/** How often the wait says what it waits for, milliseconds. */
const SAID_EVERY_MS = 30_000;

/** How many processes are named. */
const NAMED = 3;

/** From where on a host is busy, besides the cores that the guest needs. */
const BUSY = {
  /** Less than half of what makes timings worthless: a hypervisor that begins to take goes on. Percent. */
  stealPercent: 10,
  /** Someone waits for the disk half of the time. Cores that were idle and waited for it. */
  waitingCores: 0.5,
  /** Share of the time in which a task of the host waited, by its PSI, percent: memory of a host that is short of it stalls in bursts. */
  stallPercent: { memory: 10, cpu: 25, io: 25 },
} as const;

/** Where a wait for a quiet host looks; a test has its own. */
export interface HostView {
  /** How this host fares, once a second, until the signal is aborted; ends where it cannot be seen. */
  readonly readings: (signal: AbortSignal) => AsyncIterable<HostReading>;
  readonly startProcessLooks: (most: number) => Promise<LookAtProcesses>;
  readonly cores: number;
}

const THIS_HOST: HostView = { readings: readThisHost, startProcessLooks, cores: cpus().length };

/** Settings of a wait for a quiet host. */
export interface QuietWait {
  /** The longest wait, milliseconds; with 0 the host is not looked at. */
  readonly waitForQuietMs: number;
  /** What came of the waits of this run so far: a host that stayed busy for the whole of one is not waited for as long again. */
  readonly quietWaits: { anyTimedOut: boolean };
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/**
 * Waits until this host has been quiet for ten seconds, and says what keeps it busy. Returns as well when the time is up:
 * then the drill's own evidence decides.
 *
 * @param guestCpus CPUs of the guest that is to be drilled
 * @throws the signal's reason when it is aborted
 */
export async function waitForQuietHost(
  { waitForQuietMs, quietWaits, progress, signal }: QuietWait,
  guestCpus: number,
  view: HostView = THIS_HOST,
): Promise<void> {
  if (waitForQuietMs === 0) return;
  const mostMs = quietWaits.anyTimedOut ? Math.min(waitForQuietMs, LOOK_AGAIN_MS) : waitForQuietMs;
  const lookAtProcesses = await view.startProcessLooks(NAMED);
  let first: number | undefined;
  let quietSince: number | undefined;
  let saidAt = Number.NEGATIVE_INFINITY;
  let before: HostReading | undefined;
  for await (const reading of view.readings(signal)) {
    first ??= reading.t;
    const faults = findFaults(reading, before, { cores: view.cores, guestCpus });
    before = reading;
    if (faults.length === 0) quietSince ??= reading.t;
    else quietSince = undefined;
    if (quietSince !== undefined && reading.t - quietSince >= QUIET_MS) {
      progress(`this host has been quiet for ${formatDuration(QUIET_MS)}`);
      return;
    }
    const leftMs = mostMs - (reading.t - first);
    if (leftMs <= 0) break;
    if (faults.length === 0 || reading.t - saidAt < SAID_EVERY_MS) continue;
    saidAt = reading.t;
    const busiest = describeProcesses(await lookAtProcesses());
    progress(`waiting for a quiet host, for at most ${formatDuration(leftMs)} more: ${faults.join('; ')}; ${busiest}`);
  }
  signal.throwIfAborted();
  quietWaits.anyTimedOut = true;
  progress(
    `this host was not seen to be quiet within ${formatDuration(mostMs)}: it is drilled nevertheless, and the drill's own evidence decides`,
  );
}

/** What keeps a host from being quiet, in words. */
function findFaults(
  { othersBusyCores, stealPercent, iowaitPercent, stalls, t }: HostReading,
  before: HostReading | undefined,
  { cores, guestCpus }: { readonly cores: number; readonly guestCpus: number },
): string[] {
  const faults: string[] = [];
  const spare = cores - Math.min(guestCpus, cores) * BOUNDS.guestCoresShare;
  if (othersBusyCores !== undefined && othersBusyCores > spare)
    faults.push(`others keep ${othersBusyCores.toFixed(1)} of its ${cores} ${cores === 1 ? 'core' : 'cores'} busy`);
  if (stealPercent > BUSY.stealPercent)
    faults.push(`its hypervisor takes ${stealPercent.toFixed(0)} % of its CPU time`);
  if (((iowaitPercent ?? 0) / 100) * cores > BUSY.waitingCores)
    faults.push(`${iowaitPercent?.toFixed(0)} % of its CPU time is spent waiting for a disk`);
  for (const resource of ['memory', 'cpu', 'io'] as const) {
    const now = stalls?.[resource]?.someUs;
    const then = before?.stalls?.[resource]?.someUs;
    if (before === undefined || now === undefined || then === undefined || t <= before.t) continue;
    const percent = (now - then) / 10 / (t - before.t);
    if (percent > BUSY.stallPercent[resource])
      faults.push(`tasks of it wait for ${RESOURCE_WORDS[resource]} ${percent.toFixed(0)} % of the time`);
  }
  return faults;
}

const RESOURCE_WORDS = { memory: 'memory', cpu: 'a CPU', io: 'a disk' } as const;

function describeProcesses(busiest: readonly BusyProcess[]): string {
  if (busiest.length === 0) return 'no process stands out';
  const named = busiest.map(({ name, pid, cores }) => `${name} (PID ${pid}, ${cores.toFixed(2)} of a core)`);
  return `busiest: ${named.join(', ')}`;
}

/** Readings of the watch that a drill has on this host, while no guest runs. */
async function* readThisHost(signal: AbortSignal): AsyncGenerator<HostReading> {
  const entries = new EventEmitter();
  const watch = startHostWatch({ clock: startClock(), write: (entry: Entry) => entries.emit('entry', entry) }, 'none');
  try {
    for await (const [entry] of on(entries, 'entry', { signal })) {
      // Anything else is the watch's note that it cannot see.
      if (entry.type !== 'host') return;
      // The first reading has nothing to compare with.
      if (entry.othersBusyCores !== undefined) yield entry;
    }
  } catch (thrown) {
    signal.throwIfAborted();
    throw thrown;
  } finally {
    await watch.stop();
  }
}
