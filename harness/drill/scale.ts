import { type Bytes, formatBytes, GIB, MIB } from '../core/bytes.js';
import { usageError } from '../core/errors.js';
import { mustError } from '../core/must.js';

/** What QEMU takes in addition to the guest's memory, and what the host must keep for itself. */
export const HEADROOM: Bytes = 768 * MIB;

/** Below this neither a server nor the guest's own services fit next to a hog. */
const MIN_GUEST_BYTES: Bytes = GIB;

/** How a scale is written, as the hint of an error. */
export const SCALE_HINT = '8 and 1/8 are the same scale: every size is divided by 8.';

/** The divisors that `auto` chooses from. */
const DIVISORS = [1, 2, 4, 8, 16];

/** The largest divisor that may be asked for. */
const MAX_DIVISOR = 64;

/**
 * How much smaller than the real host the guest is made. By itself the largest that takes at most a sixth of the memory that
 * is free now, so that ramps stay short and the host quiet; where not even a small one does, the largest that fits.
 *
 * @param asked `auto`, or a divisor such as `8`, also written `1/8`
 * @throws OomdrillError `SCALE_INVALID`, `HOST_TOO_SMALL`, `SCALE_TOO_SMALL`, `SCALE_TOO_LARGE` that says what would
 *   fit
 */
export function chooseScale(asked: string, hostMemory: Bytes, available: Bytes): number {
  if (hostMemory < MIN_GUEST_BYTES)
    throw usageError(
      'HOST_TOO_SMALL',
      `A host of ${formatBytes(hostMemory)} is too small to drill: it must have at least ${formatBytes(MIN_GUEST_BYTES)} of memory.`,
      'Correct host.memory in bundle.json, or --host-memory.',
    );
  const fits = (scale: number) => hostMemory / scale + HEADROOM <= available;
  const possible = DIVISORS.filter((scale) => fits(scale) && hostMemory / scale >= MIN_GUEST_BYTES);
  if (asked === 'auto') {
    const chosen =
      DIVISORS.find((scale) => hostMemory / scale <= available / 6 && hostMemory / scale >= MIN_GUEST_BYTES) ??
      possible[0];
    if (chosen !== undefined) return chosen;
    throw tooLargeError(
      `A host of ${formatBytes(hostMemory)} does not fit`,
      available,
      hintForLarge(hostMemory, available),
    );
  }
  const scale = Number(/^(?:1\/)?(\d+(?:\.\d+)?)$/.exec(asked)?.[1]);
  if (!(scale >= 1 && scale <= MAX_DIVISOR))
    throw mustError('SCALE_INVALID', '--scale', 'be auto or a divisor from 1 to 64, such as 1/8', asked, SCALE_HINT);
  if (hostMemory / scale < MIN_GUEST_BYTES) {
    throw usageError(
      'SCALE_TOO_SMALL',
      `At scale 1/${scale} the guest has only ${formatBytes(hostMemory / scale)}, too little for a server and a hog.`,
      `The smallest is 1/${Math.floor(hostMemory / MIN_GUEST_BYTES)}.`,
    );
  }
  if (!fits(scale)) {
    const largest = possible[0];
    throw tooLargeError(
      `A guest at scale 1/${scale} needs ${formatBytes(hostMemory / scale + HEADROOM)}, which does not fit`,
      available,
      largest === undefined ? undefined : `--scale 1/${largest} would fit.`,
    );
  }
  return scale;
}

/**
 * The same for a machine that is given: its memory stands for the real host's, so that it is the largest scale whose host is no
 * larger than it. A tenth is allowed for what firmware and kernel have taken.
 *
 * @throws OomdrillError `SCALE_INVALID`, `SCALE_TOO_SMALL`, `SCALE_TOO_LARGE`
 */
export function chooseScaleFor(asked: string, hostMemory: Bytes, memory: Bytes): number {
  const largest = Math.max(1, Math.ceil(hostMemory / (memory * 1.1)));
  return chooseScale(asked === 'auto' ? String(largest) : asked, hostMemory, memory * 1.1 + HEADROOM);
}

/** What to do where no divisor of `auto` fits. */
function hintForLarge(hostMemory: Bytes, available: Bytes): string | undefined {
  const free = available - HEADROOM;
  if (free < MIN_GUEST_BYTES) return undefined;
  const divisor = Math.ceil(hostMemory / free);
  if (divisor <= MAX_DIVISOR && hostMemory / divisor >= MIN_GUEST_BYTES) return `--scale 1/${divisor} would fit.`;
  return `The largest host that fits now has ${formatBytes(free * MAX_DIVISOR)}, with --scale 1/${MAX_DIVISOR}.`;
}

function tooLargeError(
  what: string,
  available: Bytes,
  hint = 'Free some memory first; the smallest guest needs about 2G.',
) {
  return usageError(
    'SCALE_TOO_LARGE',
    `${what} into the ${formatBytes(available)} of memory that is free on this host.`,
    hint,
  );
}
