import { MIN_HOST_BYTES } from '../bundle/min-host.js';
import { type Bytes, formatBytes, GIB, MIB } from '../core/bytes.js';
import { usageError } from '../core/errors.js';
import { mustError } from '../core/must.js';

/**
 * What QEMU takes in addition to the guest's memory, and what the host must keep for itself. Without KVM, QEMU's translated code
 * alone grows to 1 GiB (accel/tcg/region.c, DEFAULT_CODE_GEN_BUFFER_SIZE); a drill of a minute was seen to use 0.94 GiB of it.
 */
export const HEADROOM: Bytes = 1.25 * GIB;

/**
 * The smallest guest that stands for a larger host. What does not shrink with the scale (the guest's own needs, a server's program
 * text) must be a small part of it, as it is on that host.
 */
const MIN_SCALED_GUEST_BYTES: Bytes = GIB;

/** How a scale is written, as the hint of an error. */
export const SCALE_HINT = '8 and 1/8 are the same scale: every size is divided by 8.';

/** The divisors that `auto` chooses from. */
const DIVISORS = [1, 2, 4, 8, 16];

/** The largest divisor that may be asked for. */
const MAX_DIVISOR = 64;

/** What a guest must fit into. */
interface Room {
  /** For the guest alone. */
  readonly guestBytes: Bytes;
  /** The largest guest that `auto` likes to make; larger ones where no other fits. */
  readonly easyBytes: Bytes;
  /** What is there, as the end of a sentence: `into the 4G of memory that is free on this host`. */
  readonly into: string;
  /** What a guest of this size needs, in words: `2.18G (955M, and 1.25G for QEMU and this host)`. */
  needs(guest: Bytes): string;
}

/**
 * How much smaller than the real host the guest is made. By itself the largest that takes at most a sixth of the memory that
 * is free now, so that ramps stay short and the host quiet; where not even a small one does, the largest that fits. A host below
 * 2 GiB is drilled at its own size.
 *
 * @param asked `auto`, or a divisor such as `8`, also written `1/8`
 * @throws OomdrillError `SCALE_INVALID`, `HOST_TOO_SMALL`, `SCALE_TOO_SMALL`, `SCALE_TOO_LARGE` that says what would
 *   fit
 */
export function chooseScale(asked: string, hostMemory: Bytes, available: Bytes): number {
  return choose(asked, hostMemory, {
    guestBytes: available - HEADROOM,
    easyBytes: available / 6,
    into: `into the ${formatBytes(available)} of memory that is free on this host`,
    needs: (guest) =>
      `${formatBytes(guest + HEADROOM)} (${formatBytes(guest)}, and ${formatBytes(HEADROOM)} for QEMU and this host)`,
  });
}

/**
 * The same for a machine that is given: its memory stands for the real host's, so that it is the largest scale whose host is no
 * larger than it. What firmware and kernel have taken is allowed for.
 *
 * @param memory MemTotal of the machine (proc_meminfo(5))
 * @throws OomdrillError `SCALE_INVALID`, `HOST_TOO_SMALL`, `SCALE_TOO_SMALL`, `SCALE_TOO_LARGE`
 */
export function chooseScaleFor(asked: string, hostMemory: Bytes, memory: Bytes): number {
  const installed = memory + Math.max(memory / 10, TAKEN_AT_BOOT);
  const room: Room = {
    guestBytes: installed,
    easyBytes: installed,
    into: `into the ${formatBytes(memory)} of memory that the machine has`,
    needs: (guest) => `a machine of ${formatBytes(guest)}`,
  };
  const largest = Math.max(1, Math.ceil(hostMemory / installed));
  if (asked !== 'auto') return choose(asked, hostMemory, room);
  requireSmallest(hostMemory);
  return isGuest(hostMemory, largest) ? largest : refuseAll(hostMemory, room);
}

/** What the kernel keeps of a machine that is small: its text, and a page table entry for each page. */
const TAKEN_AT_BOOT: Bytes = 64 * MIB;

function choose(asked: string, hostMemory: Bytes, room: Room): number {
  requireSmallest(hostMemory);
  const possible = DIVISORS.filter((scale) => isGuest(hostMemory, scale));
  const fitting = possible.filter((scale) => hostMemory / scale <= room.guestBytes);
  if (asked === 'auto')
    return possible.find((scale) => hostMemory / scale <= room.easyBytes) ?? fitting[0] ?? refuseAll(hostMemory, room);
  const scale = readDivisor(asked);
  const guest = hostMemory / scale;
  if (!isGuest(hostMemory, scale))
    throw usageError(
      'SCALE_TOO_SMALL',
      `At scale 1/${scale} the guest of a host of ${formatBytes(hostMemory)} has only ${formatBytes(guest)}, too little to stand for it: it must have at least ${formatBytes(MIN_SCALED_GUEST_BYTES)}.`,
      `The smallest for it is --scale 1/${smallestDivisor(hostMemory)}; auto chooses for each host by itself.`,
    );
  if (guest <= room.guestBytes) return scale;
  throw usageError(
    'SCALE_TOO_LARGE',
    `A guest at scale 1/${scale} needs ${room.needs(guest)}, which does not fit ${room.into}.`,
    hintWhatFits(hostMemory, room),
  );
}

/** Whether a host can be drilled at this scale, were there memory enough. */
const isGuest = (hostMemory: Bytes, scale: number): boolean =>
  hostMemory / scale >= (scale === 1 ? MIN_HOST_BYTES : MIN_SCALED_GUEST_BYTES);

/** The largest divisor that a host can be drilled at. */
const smallestDivisor = (hostMemory: Bytes): number =>
  Math.min(MAX_DIVISOR, Math.max(1, Math.floor(hostMemory / MIN_SCALED_GUEST_BYTES)));

/** @throws OomdrillError `HOST_TOO_SMALL` */
function requireSmallest(hostMemory: Bytes): void {
  if (hostMemory >= MIN_HOST_BYTES) return;
  throw usageError(
    'HOST_TOO_SMALL',
    `A host of ${formatBytes(hostMemory)} is too small to drill: it must have at least ${formatBytes(MIN_HOST_BYTES)} of memory.`,
    'Correct host.memory in bundle.json, or --host-memory. A smaller guest has no room for a server and a hog next to its own system.',
  );
}

/** @throws OomdrillError `SCALE_INVALID` */
function readDivisor(asked: string): number {
  const scale = Number(/^(?:1\/)?(\d+(?:\.\d+)?)$/.exec(asked)?.[1]);
  if (scale >= 1 && scale <= MAX_DIVISOR) return scale;
  throw mustError('SCALE_INVALID', '--scale', 'be auto or a divisor from 1 to 64, such as 1/8', asked, SCALE_HINT);
}

/** @throws OomdrillError `SCALE_TOO_LARGE` */
function refuseAll(hostMemory: Bytes, room: Room): never {
  const message = `A host of ${formatBytes(hostMemory)} does not fit ${room.into}.`;
  throw usageError('SCALE_TOO_LARGE', message, hintWhatFits(hostMemory, room));
}

/** What would fit: a scale, else what the smallest guest of this host needs. */
function hintWhatFits(hostMemory: Bytes, room: Room): string {
  const smallest = smallestDivisor(hostMemory);
  const fitting = [...DIVISORS, Math.ceil(hostMemory / room.guestBytes)].find(
    (scale) => scale >= 1 && scale <= smallest && hostMemory / scale <= room.guestBytes,
  );
  if (fitting !== undefined) return `--scale 1/${fitting} would fit.`;
  const needed = room.needs(hostMemory / smallest);
  return smallest === 1
    ? `It is drilled at its own size, and needs ${needed}.`
    : `At 1/${smallest}, its smallest scale, it needs ${needed}.`;
}
