import { type Bytes, formatBytes, parseBytes } from '../../core/bytes.js';
import { usageError } from '../../core/errors.js';
import type { Ground, InjectionPlan, Scaling, SettledCheck } from '../injection.js';
import { settledOrStuck } from '../ramp.js';
import type { Creep, Hog } from './hog.js';
import { planSleep } from './sleep.js';
import { type Growth, hogStateFile, startHog } from './start-hog.js';
import { readHogProgress } from './state.js';
import { belowMax, describeTarget, resolveTarget } from './target.js';

/** Slower than any guest touches memory. */
const MIN_BYTES_PER_MS = 10_000;

/** On the first part of its way nothing happens to a hog: no limit acts, and nothing of the guest is reclaimed. */
export const BRISK_SHARE = 0.8;

/** Of the memory of a small guest the system and the server have a part. */
const FREE_SHARE = 0.75;

/** Reclaim works in batches: a cgroup that is held at its limit is within this share of it. */
const FULL = 0.98;

/** A hog on its bundle. @throws OomdrillError `HOG_ORIGIN`, `TARGET_IMPOSSIBLE`, `BYTES_INVALID` */
export function planHog(declared: Hog, ground: Ground, { scale, oomScoreAdj }: Scaling): InjectionPlan {
  const { limits, hostMemory } = ground;
  checkOrigin(declared, ground);
  // The scenario has the last word on the score.
  const hog: Hog = { ...declared, oomScoreAdj: declared.oomScoreAdj ?? oomScoreAdj };
  const targetBytes = resolveTarget(hog.target, limits, scale);
  const roomBytes = Math.min(limits.high, limits.max, FREE_SHARE * hostMemory);
  const growth: Growth = {
    targetBytes,
    bytesPerSecond: hog.rate === undefined ? undefined : parseBytes(hog.rate) / scale,
    briskUntilBytes: BRISK_SHARE * roomBytes,
    creep: hog.creep && planCreep(hog.creep, limits),
  };
  return {
    recorded: {
      describes: describeTarget(hog.target),
      targetBytes,
      memory: hog.memory,
      own: hog.target.kind === 'own' ? true : undefined,
      creepBytesPerSecond: growth.creep?.bytesPerSecond,
    },
    holdsAt: targetBytes === null ? undefined : formatBytes(targetBytes),
    stateFile: hogStateFile(hog.name),
    readProgress: readHogProgress,
    sleep: planSleep(hog, growth, roomBytes),
    start: (machine, spot, signal) => startHog(machine, hog, growth, spot, signal),
    watchRamp: (startedT, slowness) => watchRamp(hog, growth, limits.max, { startedT, slowness }),
  };
}

/** @throws OomdrillError `HOG_ORIGIN` */
function checkOrigin({ name, origin }: Hog, { isContainer = false }: Ground): void {
  if (origin !== 'exec' || isContainer) return;
  throw usageError(
    'HOG_ORIGIN',
    `The hog ${name} has the origin exec, and the server is in no container.`,
    'Leave origin out, or drill a bundle whose server is a container, a quadlet or a pod.',
  );
}

function planCreep(creep: Creep, limits: Ground['limits']): NonNullable<Growth['creep']> {
  // Sizes of the guest, which no scale divides.
  const fromBytes = resolveTarget(belowMax(creep.belowMax), limits, 1) ?? 0;
  return { fromBytes, bytesPerSecond: parseBytes(creep.perSecond) };
}

/** One of page cache, which the kernel reclaims, never holds: it has settled when the cgroup is full. */
function watchRamp(
  hog: Hog,
  growth: Growth,
  max: Bytes,
  began: { readonly startedT: number; readonly slowness: number },
): SettledCheck {
  const settled = settledOrStuck({
    ...began,
    slowestPerMs: slowestPerMs(growth),
    // What a program was fed does not show how it has grown.
    size: ({ progress, currentBytes }) => (hog.program ? currentBytes : (progress?.value ?? 0)),
    // Each time that its buffer is full, ugrep matches all of it anew: 512M took it 10 s.
    pauses: hog.program !== undefined,
  });
  const isFull = (currentBytes: Bytes) => hog.memory === 'page-cache' && currentBytes >= FULL * max;
  return (sight) => isFull(sight.currentBytes) || settled(sight);
}

/** Half of its pace, where it has one. */
function slowestPerMs({ creep, bytesPerSecond }: Growth): number {
  const pace = creep?.bytesPerSecond ?? bytesPerSecond;
  return pace === undefined ? MIN_BYTES_PER_MS : pace / 2_000;
}
