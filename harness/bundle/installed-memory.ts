import { type Bytes, GIB, MIB } from '../core/bytes.js';

/**
 * The installed memory of a host: its MemTotal (proc_meminfo(5)), which is a little less, rounded up to the next common
 * size. Small virtual machines come in sizes of 64 MiB.
 */
export function roundToInstalled(total: Bytes): Bytes {
  const step = stepAt(total);
  return Math.ceil(total / step) * step;
}

function stepAt(total: Bytes): Bytes {
  if (total > 4 * GIB) return GIB;
  return total > 512 * MIB ? 512 * MIB : 64 * MIB;
}
