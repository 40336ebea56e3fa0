import { type Bytes, formatBytes, GIB, MIB } from '../core/bytes.js';
import { usageError } from '../core/errors.js';
import { mustError } from '../core/must.js';

/** What QEMU takes in addition to the guest's memory, and what the host must keep for itself. */
export const HEADROOM: Bytes = 768 * MIB;

/** Below this neither a server nor the guest's own services fit next to a hog. */
const MIN_GUEST_BYTES: Bytes = GIB;

const DIVISORS = [1, 2, 4, 8, 16];

/**
 * How much smaller than the real host the guest is made. By itself the largest that takes at most a sixth of the memory that
 * is free now, so that ramps stay short and the host quiet; where not even a small one does, the largest that fits.
 *
 * @param asked `auto`, or a divisor such as `8`, also written `1/8`
 * @throws OomdrillError `SCALE_INVALID`, `SCALE_TOO_LARGE` that says what would fit
 */
export function chooseScale(asked: string, hostMemory: Bytes, available: Bytes): number {
  const fits = (scale: number) => hostMemory / scale + HEADROOM <= available;
  const possible = DIVISORS.filter((scale) => fits(scale) && hostMemory / scale >= MIN_GUEST_BYTES);
  if (asked === 'auto') {
    const chosen =
      DIVISORS.find((scale) => hostMemory / scale <= available / 6 && hostMemory / scale >= MIN_GUEST_BYTES) ??
      possible[0];
    if (chosen !== undefined) return chosen;
    throw tooLargeError(`No scale of a ${formatBytes(hostMemory)} host fits`, available);
  }
  const scale = Number(/^(?:1\/)?(\d+(?:\.\d+)?)$/.exec(asked)?.[1]);
  if (!(scale >= 1 && scale <= 64))
    throw mustError('SCALE_INVALID', '--scale', 'be auto or a divisor from 1 to 64, such as 1/8', asked);
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
