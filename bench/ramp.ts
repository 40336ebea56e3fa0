import { GIB } from '../harness/core/bytes.js';
import { pollUntil } from '../harness/core/deadline.js';
import { hog } from '../harness/inject/memory-hog/hog.js';
import { hogStateFile, startHog } from '../harness/inject/memory-hog/start-hog.js';
import { hogStateSchema } from '../harness/inject/memory-hog/state.js';
import { total } from '../harness/inject/memory-hog/target.js';
import { HOG_PROGRAM } from '../harness/machine/guest-paths.js';
import type { BenchContext } from './context.js';
import { atLeast, type Figure } from './figure.js';

const BYTES = GIB;
const ROUNDS = 3;

/** Compares the hog's growth with the speed at which one thread touches pages, in turns, in a cgroup without limits. */
export async function measureRamp(context: BenchContext): Promise<Figure[]> {
  const { signal } = context;
  return context.withMachine(async (machine) => {
    await machine.exec(['mkdir', '/sys/fs/cgroup/bench'], { reason: 'a cgroup for the hog', signal });
    const rates: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const name = `bench${round}`;
      const calibrated = await machine.exec([HOG_PROGRAM, 'calibrate', '--bytes', String(BYTES)], {
        reason: 'the page-touch rate',
        signal,
      });
      const { bytesPerSecond } = JSON.parse(calibrated.stdout) as { bytesPerSecond: number };
      const running = await startHog(
        machine,
        hog({ name, comm: 'hog', target: total('1G') }),
        { targetBytes: BYTES },
        { cgroup: '/bench', limitingCgroup: '/bench' },
        signal,
      );
      const state = await pollUntil(
        async () => {
          const { stdout } = await machine.exec(['cat', hogStateFile(name)], { reason: "the hog's state", signal });
          // Empty until the hog's controller has written its first state.
          const hogStatus = stdout.trim() === '' ? undefined : hogStateSchema.parse(JSON.parse(stdout));
          return hogStatus?.state === 'holding' ? hogStatus : undefined;
        },
        { reason: 'the hog to hold', timeoutMs: 120_000, signal },
        500,
      );
      await running.release();
      const rate = state.touchedBytes / (state.rampMs / 1000);
      context.progress(`ramp ${Math.round(rate / 1e6)} MB/s, one thread ${Math.round(bytesPerSecond / 1e6)} MB/s`);
      rates.push((100 * rate) / bytesPerSecond);
    }
    rates.sort((a, b) => a - b);
    return [
      atLeast(
        "ramp rate against one thread's page touches",
        rates[Math.floor(ROUNDS / 2)] ?? 0,
        80,
        '%',
        `median of ${ROUNDS}`,
      ),
    ];
  });
}
