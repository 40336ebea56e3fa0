import { GIB } from '../harness/core/bytes.js';
import { pollUntil } from '../harness/core/deadline.js';
import { hog } from '../harness/inject/memory-hog/hog.js';
import { BRISK_SHARE } from '../harness/inject/memory-hog/plan.js';
import { hogStateFile, startHog } from '../harness/inject/memory-hog/start-hog.js';
import { hogStateSchema } from '../harness/inject/memory-hog/state.js';
import { total } from '../harness/inject/memory-hog/target.js';
import { HOG_PROGRAM } from '../harness/machine/guest-paths.js';
import type { Machine } from '../harness/machine/machine.js';
import type { BenchContext } from './context.js';
import { atLeast, type Figure, middle } from './figure.js';

/** That of the incident at scale 1/8. */
const BYTES = 1.5 * GIB;
const ROUNDS = 3;

/**
 * Compares, in turns, in a cgroup without limits: the speed at which one thread touches pages, a hog that grows page by page, and one
 * that grows by batches for as long as it would if its target were its limit.
 */
export async function measureRamp(context: BenchContext): Promise<Figure[]> {
  const { signal } = context;
  return context.withMachine(async (machine) => {
    await machine.exec(['mkdir', '/sys/fs/cgroup/bench'], { reason: 'a cgroup for the hog', signal });
    const slow: number[] = [];
    const brisk: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const calibrated = await machine.exec([HOG_PROGRAM, 'calibrate', '--bytes', String(GIB)], {
        reason: 'the page-touch rate',
        signal,
      });
      const { bytesPerSecond } = JSON.parse(calibrated.stdout) as { bytesPerSecond: number };
      const pages = await growOnce(machine, `pages${round}`, 0, signal);
      const batches = await growOnce(machine, `batches${round}`, BYTES * BRISK_SHARE, signal);
      const [one, ...two] = [bytesPerSecond, pages, batches].map((rate) => `${Math.round(rate / 1e6)} MB/s`);
      context.progress(`one thread ${one}, a hog by pages and by batches ${two.join(' and ')}`);
      slow.push((100 * pages) / bytesPerSecond);
      brisk.push(batches / pages);
    }
    const all = `median of ${ROUNDS}`;
    return [
      atLeast("growth by pages against one thread's page touches", middle(slow), 80, '%', all),
      atLeast('growth by batches against growth by pages', middle(brisk), 1.5, 'times', all),
    ];
  });
}

/** Lets a hog grow to its size, bytes a second. */
async function growOnce(machine: Machine, name: string, briskUntilBytes: number, signal: AbortSignal): Promise<number> {
  const running = await startHog(
    machine,
    hog({ name, comm: 'hog', target: total('1.5G') }),
    { targetBytes: BYTES, briskUntilBytes },
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
  return state.touchedBytes / (state.rampMs / 1000);
}
