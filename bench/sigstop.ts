import { loadBundle } from '../harness/bundle/load.js';
import { scaleBundle } from '../harness/bundle/scale.js';
import { assets } from '../harness/core/assets.js';
import { startClock } from '../harness/core/clock.js';
import { sleep } from '../harness/core/deadline.js';
import { installBundle } from '../harness/drill/guest/install.js';
import { startServer } from '../harness/drill/guest/server.js';
import type { Machine } from '../harness/machine/machine.js';
import { startProber } from '../harness/observe/prober.js';
import type { Entry } from '../harness/record/schema.js';
import { findLongestGap } from '../harness/study/availability.js';
import { entriesOfType } from '../harness/study/entries.js';
import { boundGap } from '../harness/study/gap-bounds.js';
import { createWorkload } from '../harness/workload/kinds.js';
import { httpProbe } from '../harness/workload/probes/http.js';
import type { BenchContext } from './context.js';
import { atMost, type Figure } from './figure.js';

/** How long the server is stopped, seconds: those of the first figures, and three that fit no interval. */
const STOPS = [1, 5, 15, 25, 0.73, 2.37, 9.91];

const TIMEOUT_MS = 30_000;
const INTERVAL_MS = 200;

/** The bounds of a gap may be so far apart: the interval of the requests, and 20 ms for an answer. */
const MAX_WIDTH_MS = INTERVAL_MS + 20;

/** Asked for so long before, an ordinary answer is known; and after, that the queue is worked through. Milliseconds. */
const CALM_MS = 6_000;

/** Bash has the clock and the signals built in: what is read from its clock lies within a millisecond of the signal. */
const STOP = 'kill -STOP "$1"; from=$EPOCHREALTIME; sleep "$2"; to=$EPOCHREALTIME; kill -CONT "$1"; echo "$from $to"';

/** Stops the server for a time measured on the guest's clock, and compares that with the bounds of the prober's longest gap. */
export async function measureSigstop(context: BenchContext): Promise<Figure[]> {
  const { signal } = context;
  return context.withMachine(async (machine, workDir) => {
    const bundle = scaleBundle(await loadBundle(assets.bundle('devvm')), 8);
    const { port, path } = bundle.manifest.serving;
    const workload = createWorkload(bundle, { scale: 8 });
    await installBundle(machine, bundle, workload, { workDir, signal });
    const pid = await startServer(machine, workload, { readyMs: 300_000, progress: context.progress, signal });
    await sleep(15_000, signal);
    const target = { ...(await machine.endpoint(port)), path };
    const figures: Figure[] = [];
    for (const seconds of STOPS) {
      context.progress(`SIGSTOP of ${seconds} s`);
      const entries: Entry[] = [];
      const clock = startClock();
      const prober = startProber(
        { probe: httpProbe, target, intervalMs: INTERVAL_MS, timeoutMs: TIMEOUT_MS },
        { clock, write: (answer) => entries.push({ ...answer, type: 'probe' }) },
      );
      await sleep(CALM_MS, signal);
      const trueMs = await stopServer(machine, pid, seconds, signal);
      await sleep(CALM_MS, signal);
      await prober.stop();
      figures.push(...compare(seconds, trueMs, entries, clock.now()));
    }
    return figures;
  });
}

/** @returns how long it was stopped, milliseconds of the guest */
async function stopServer(machine: Machine, pid: number, seconds: number, signal: AbortSignal): Promise<number> {
  const command = ['bash', '-c', STOP, 'bash', String(pid), String(seconds)];
  const { stdout } = await machine.exec(command, { reason: 'the server to be stopped', signal });
  const [from = Number.NaN, to = Number.NaN] = stdout.split(/\s+/).map(Number);
  return (to - from) * 1000;
}

function compare(seconds: number, trueMs: number, entries: readonly Entry[], end: number): Figure[] {
  const probes = entriesOfType(entries, 'probe');
  const answers = probes.filter(({ ok }) => ok).sort((a, b) => a.t - b.t);
  const gap = findLongestGap(answers, { from: 0, to: end }, end);
  const found = { longestGapMs: gap?.ms ?? null, longestGapFrom: gap?.from ?? null };
  const bounds = boundGap(probes, found, { intervalMs: INTERVAL_MS });
  const [low, high] = [bounds?.atLeastMs ?? Number.NaN, bounds?.atMostMs ?? Number.NaN];
  const outside = Math.max(low - trueMs, trueMs - high, 0);
  const [shortest, stopped, longest] = [low, trueMs, high].map((ms) => (ms / 1000).toFixed(3));
  const detail = `stopped for ${stopped} s, bounds ${shortest} to ${longest} s`;
  return [
    atMost(`a SIGSTOP of ${seconds} s: outside of the bounds of the gap`, outside, 0, 'ms', detail),
    atMost(`a SIGSTOP of ${seconds} s: width of the bounds`, high - low, MAX_WIDTH_MS, 'ms', ''),
  ];
}
