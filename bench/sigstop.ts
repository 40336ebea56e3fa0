import { loadBundle } from '../harness/bundle/load.js';
import { scaleBundle } from '../harness/bundle/scale.js';
import { assets } from '../harness/core/assets.js';
import { startClock } from '../harness/core/clock.js';
import { sleep } from '../harness/core/deadline.js';
import { installBundle } from '../harness/drill/guest/install.js';
import { startServer } from '../harness/drill/guest/server.js';
import { startProber } from '../harness/observe/prober.js';
import type { Entry } from '../harness/record/schema.js';
import { findLongestGap } from '../harness/study/availability.js';
import { entriesOfType } from '../harness/study/entries.js';
import { httpProbe } from '../harness/workload/http-probe.js';
import { createWorkload } from '../harness/workload/kinds.js';
import type { BenchContext } from './context.js';
import { atMost, type Figure } from './figure.js';

/** How long the server is stopped, seconds. */
const STOPS = [1, 5, 15, 25];

const TIMEOUT_MS = 30_000;

/** Stops the server for a time measured on the guest's clock, and compares that with the longest gap of the prober. */
export async function measureSigstop(context: BenchContext): Promise<Figure[]> {
  const { signal } = context;
  return context.withMachine(async (machine, workDir) => {
    const bundle = scaleBundle(await loadBundle(assets.bundle('devvm')), 8);
    const { port, path } = bundle.manifest.serving;
    const workload = createWorkload(bundle, { scale: 8 });
    await installBundle(machine, bundle, workload, { workDir, signal });
    const pid = await startServer(machine, workload, { readyMs: 300_000, progress: context.progress, signal });
    await sleep(15_000, signal);
    const figures: Figure[] = [];
    for (const seconds of STOPS) {
      context.progress(`SIGSTOP of ${seconds} s`);
      const entries: Entry[] = [];
      const clock = startClock();
      const prober = startProber(
        {
          probe: httpProbe,
          target: { ...(await machine.endpoint(port)), path },
          intervalMs: 200,
          timeoutMs: TIMEOUT_MS,
        },
        { clock, write: (answer) => entries.push({ ...answer, type: 'probe' }) },
      );
      await sleep(2_000, signal);
      const script =
        'kill -STOP "$1"; from=$(cut -d" " -f1 /proc/uptime); sleep "$2"; to=$(cut -d" " -f1 /proc/uptime); kill -CONT "$1"; echo "$from $to"';
      const { stdout } = await machine.exec(['sh', '-c', script, 'sh', String(pid), String(seconds)], {
        reason: 'the server to be stopped',
        signal,
      });
      await sleep(2_000, signal);
      await prober.stop();
      const [from = 0, to = 0] = stdout.split(/\s+/).map(Number);
      const answers = entriesOfType(entries, 'probe')
        .filter(({ ok }) => ok)
        .sort((a, b) => a.t - b.t);
      const gap = findLongestGap(answers, { from: 0, to: clock.now() }, clock.now());
      const gapSeconds = (gap?.ms ?? Number.POSITIVE_INFINITY) / 1000;
      const detail = `stopped for ${(to - from).toFixed(2)} s, gap ${gapSeconds.toFixed(2)} s`;
      figures.push(
        atMost(`longest gap against a SIGSTOP of ${seconds} s`, Math.abs(gapSeconds - (to - from)), 0.3, 's', detail),
      );
    }
    return figures;
  });
}
