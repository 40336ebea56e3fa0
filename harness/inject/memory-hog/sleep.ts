import type { Bytes } from '../../core/bytes.js';
import type { Sleep } from '../injection.js';
import type { Hog } from './hog.js';
import { type Growth, startHog, wakeHog } from './start-hog.js';

/** Where hogs sleep, as shares of the room: few, so that hogs with different targets may share one. The first is 10 % below a limit. */
const SHARES = [0.9, 0.8, 0.7, 0.6, 0.5, 0.4];

/** It sleeps at so much of its target at most: the last part of the way is each drill's own. */
const TARGET_SHARE = 0.95;

/**
 * How a hog sleeps on its way; undefined for one that cannot, or that has hardly any way before it. A hog of page cache holds what the
 * kernel may take back, a program knows no sleep, and one with a pace of its own is drilled for that.
 *
 * @param roomBytes the memory that it could fill without anything being short: its limits, and what the guest has to give
 */
export function planSleep(hog: Hog, growth: Growth, roomBytes: Bytes): Sleep | undefined {
  if (hog.memory === 'page-cache' || hog.program !== undefined || growth.bytesPerSecond !== undefined) return undefined;
  const { targetBytes, creep } = growth;
  const wayBytes = Math.min(
    (targetBytes ?? Number.POSITIVE_INFINITY) * TARGET_SHARE,
    creep?.fromBytes ?? Number.POSITIVE_INFINITY,
  );
  const share = SHARES.find((share) => share * roomBytes <= wayBytes);
  if (share === undefined) return undefined;
  const atBytes = Math.floor(share * roomBytes);
  const beginning: Growth = { targetBytes: atBytes, briskUntilBytes: atBytes, sleeps: true };
  const { name, comm, memory = 'anonymous', tasks = 1, oomScoreAdj = 0, origin = 'child' } = hog;
  return {
    key: [name, comm, memory, tasks, oomScoreAdj, atBytes, origin, hog.incompressible ?? null],
    atBytes,
    async start(machine, spot, signal) {
      await startHog(machine, { ...hog, hold: 'idle', target: { kind: 'beyond-max' } }, beginning, spot, signal);
    },
    wake: (machine, signal) => wakeHog(machine, hog, growth, signal),
  };
}
