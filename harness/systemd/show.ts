import type { Bytes } from '../core/bytes.js';

/**
 * Reads the output of `systemctl show`: lines of `Property=value`; of several lines for a property, the first counts.
 */
export function parseShow(text: string): Record<string, string> {
  const properties: Record<string, string> = Object.create(null);
  for (const line of text.split('\n')) {
    const equals = line.indexOf('=');
    if (equals > 0) properties[line.slice(0, equals)] ??= line.slice(equals + 1);
  }
  return properties;
}

/**
 * Reads a limit as `systemctl show` and the cgroup's files write it: bytes, or `infinity`, `max` or UINT64_MAX for no
 * limit. Undefined for any other text.
 */
export function parseLimit(text: string): Bytes | undefined {
  const value = text.trim();
  if (value === 'infinity' || value === 'max' || value === '18446744073709551615') return Number.POSITIVE_INFINITY;
  return /^\d+$/.test(value) ? Number(value) : undefined;
}
