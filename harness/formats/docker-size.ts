import type { Bytes } from '../core/bytes.js';

/** Docker's sizes are powers of 1024, whether they are written `k`, `kb` or `KiB`. */
const POWERS = 'bkmgtp';

/**
 * Reads a size as Docker and Compose do: a number, which may have a fraction, and a unit in any case, such as `512m`,
 * `2g`, `1.5 GiB` or `1048576` (docker/go-units v0.5.0, size.go, RAMInBytes()). Undefined for what they refuse.
 */
export function parseDockerSize(text: string): Bytes | undefined {
  const [, amount, unit = ''] = /^(\+?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?) ?(b|[kmgtp](?:i?b)?)?$/i.exec(text) ?? [];
  if (amount === undefined) return undefined;
  return Math.trunc(Number(amount) * 1024 ** Math.max(0, POWERS.indexOf(unit.charAt(0).toLowerCase())));
}
