import type { Bytes } from '../core/bytes.js';
import { NEVER_ZERO, parseMemoryValue, shareOfMemory } from '../systemd/memory-value.js';

/** An amount of memory as a unit file gives it: a size, or a share of the host's memory. */
export interface Amount {
  /** Undefined for a share of a memory that is not known; infinite for no limit. */
  readonly bytes: Bytes | undefined;
  /** Between 0 and 1; undefined for a size. */
  readonly share: number | undefined;
}

/** Stands for the host's memory where only it matters whether a text is valid. */
const ANY_MEMORY: Bytes = 2 ** 40;

/** Bytes of a memory directive; undefined for a share of an unknown memory, `invalid` for what systemd ignores. */
export function readAmount(key: string, text: string, memory: Bytes | undefined): Bytes | undefined | 'invalid' {
  try {
    // Whether a percentage is valid does not depend on the memory.
    const bytes = parseMemoryValue(text, memory ?? ANY_MEMORY, { path: '', line: 0, key });
    if (bytes === 0 && NEVER_ZERO.has(key)) return 'invalid';
    return memory === undefined && shareOfMemory(text) !== undefined && bytes !== 0 ? undefined : bytes;
  } catch {
    return 'invalid';
  }
}

/** The amount that a memory directive sets; undefined for what systemd ignores. */
export function amountOf(key: string, text: string, memory: Bytes | undefined): Amount | undefined {
  const bytes = readAmount(key, text, memory);
  return bytes === 'invalid' ? undefined : { bytes, share: shareOfMemory(text) };
}

/**
 * Compares two amounts: negative if the first is lower, 0 if they are equal, positive if it is higher. Two shares are
 * compared without the host's memory. Undefined where only that memory would tell, as for 2G and 70%: every rule that
 * compares asks this function, and claims nothing then.
 */
export function compareAmounts(a: Amount, b: Amount): number | undefined {
  if (a.bytes !== undefined && b.bytes !== undefined) return Math.sign(a.bytes - b.bytes) || 0;
  if (a.share !== undefined && b.share !== undefined) return Math.sign(a.share - b.share);
  // One of the two is a share above zero of a memory that is not known.
  const [size, order] = a.bytes === undefined ? [b.bytes, 1] : [a.bytes, -1];
  if (size === 0) return order;
  return size === Number.POSITIVE_INFINITY ? -order : undefined;
}
