import { type Bytes, formatBytes, parseBytes } from '../core/bytes.js';
import { sleep } from '../core/deadline.js';
import { type LooseHog, letLoose } from '../inject/hog.js';
import { roleOf } from '../inject/place.js';
import { describeTarget } from '../inject/target.js';
import type { OpenPlaces } from './places.js';
import type { PlannedHog } from './plan.js';
import type { Watch } from './recorder.js';
import type { Stage } from './stage.js';

/** Slower than any guest touches memory: a hog that is slower over this time is stuck, and the drill goes on to say so. */
const SLOWEST_RAMP_BYTES_PER_MS = 10_000;
const STUCK_MS = 8_000;

/** A controller has started its hog by then, also in a guest that is squeezed already. */
const STARTED_MS = 10_000;

/** Reclaim works in batches: a cgroup that is held at its limit is within this share of it. */
const FULL = 0.98;

/** Lets one hog loose, and waits until it is where it is to be, or dead, or stuck. */
export async function inject(stage: Stage, watch: Watch, places: OpenPlaces, hog: PlannedHog): Promise<LooseHog> {
  const { shape, targetBytes, creep } = hog;
  const { plan, machine, recorder, progress, signal } = stage;
  const { name, comm, memory, rate } = shape;
  const role = roleOf(shape.place);
  const place = places.get(role);
  const cgroup = place?.cgroup ?? plan.serving.cgroup;
  const describes = describeTarget(shape.target);
  recorder.write({
    type: 'injection',
    t: recorder.clock.now(),
    hog: name,
    comm,
    cgroup,
    targetBytes,
    describes,
    role,
    memory,
    own: shape.target.kind === 'own' ? true : undefined,
    creepBytesPerSecond: creep === undefined ? undefined : creep.bytesPerSecond,
  });
  const where = shape.place ? ` in a ${shape.place.kind}` : '';
  progress(`injection: ${name} grows${where} ${describes}${inGuestBytes(targetBytes, plan.scale)}`);
  const pace = rate === undefined ? {} : { rateBytesPerSecond: parseBytes(rate) / plan.scale };
  const squeezed = place?.limited?.cgroup ?? cgroup;
  const loose = await letLoose(
    machine,
    shape,
    { cgroup, squeezed, targetBytes, ...pace, ...(creep && { creep }) },
    signal,
  );
  await waitForRamp(stage, watch, hog);
  return loose;
}

/**
 * Waits until the hog holds, is dead or stuck; one of page cache, which the kernel takes back, until the cgroup is full. None of it
 * is an error: a hog that does not get there is a finding, and the hold goes on from there.
 */
async function waitForRamp(
  { plan, recorder, signal }: Stage,
  watch: Watch,
  { shape, creep, squeezed: { limits } }: PlannedHog,
): Promise<void> {
  const { name, memory, rate, place } = shape;
  const slowest =
    creep !== undefined
      ? creep.bytesPerSecond / 2_000
      : rate === undefined
        ? SLOWEST_RAMP_BYTES_PER_MS
        : parseBytes(rate) / plan.scale / 2_000;
  const isFull = () => memory === 'page-cache' && watch.currentBytes(roleOf(place)) >= FULL * limits.max;
  // What a program was fed tells nothing of how it has grown.
  const size = () => (shape.program ? watch.currentBytes(roleOf(place)) : watch.hogBytes(name));
  let seen = { t: recorder.clock.now() + STARTED_MS, bytes: 0 };
  const isStuck = () => {
    const passedMs = recorder.clock.now() - seen.t;
    if (passedMs < STUCK_MS) return false;
    const bytes = size();
    const grown = bytes - seen.bytes;
    seen = { t: recorder.clock.now(), bytes };
    return grown < slowest * passedMs;
  };
  while (['starting', 'ramping'].includes(watch.hogState(name)) && !isFull() && !isStuck()) {
    recorder.throwIfBroken();
    await sleep(50, signal);
  }
}

const inGuestBytes = (bytes: Bytes | null, scale: number): string =>
  bytes === null ? '' : ` (${formatBytes(bytes)} at scale 1/${scale})`;
