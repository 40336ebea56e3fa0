import { type Bytes, GIB, MIB } from '../core/bytes.js';

/**
 * The installed memory of a host: its MemTotal (proc_meminfo(5)), which is a little less, rounded up to the next common
 * size.
 */
export function roundToInstalled(total: Bytes): Bytes {
  const step = total > 4 * GIB ? GIB : 512 * MIB;
  return Math.ceil(total / step) * step;
}
