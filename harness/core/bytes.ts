import { usageError } from './errors.js';

/** A number of bytes: a whole number, or `Infinity` where a limit is absent (`infinity` to systemd, `max` to the kernel). */
export type Bytes = number;

const SUFFIXES = ['', 'K', 'M', 'G', 'T', 'P', 'E'] as const;

/**
 * Reads a size as systemd reads one: base 1024, suffixes K M G T P E, fractions allowed, `infinity` for no limit.
 * Source: systemd.syntax(7) "sizes"; `12GB` and `-1` are errors there and here.
 *
 * @throws OomdrillError `BYTES_INVALID`
 */
export function parseBytes(text: string): Bytes {
  const trimmed = text.trim();
  if (trimmed === 'infinity') return Number.POSITIVE_INFINITY;
  const match = /^(\d+(?:\.\d+)?)\s*([BKMGTPE]?)$/.exec(trimmed);
  if (!match) {
    throw usageError(
      'BYTES_INVALID',
      `"${text}" is not a size.`,
      'Write a number with K, M, G or T, such as 16G, or infinity.',
    );
  }
  const suffix = match[2] === 'B' ? '' : (match[2] ?? '');
  return Math.floor(Number(match[1]) * 1024 ** SUFFIXES.indexOf(suffix as (typeof SUFFIXES)[number]));
}

/** Writes a size so that systemd reads the same number: the largest suffix that divides it, `infinity` for no limit. */
export function renderBytes(bytes: Bytes): string {
  if (bytes === Number.POSITIVE_INFINITY) return 'infinity';
  let value = bytes;
  let suffix = 0;
  while (value !== 0 && value % 1024 === 0 && suffix < SUFFIXES.length - 1) {
    value /= 1024;
    suffix++;
  }
  return `${value}${SUFFIXES[suffix]}`;
}

/** A size for people, rounded to at most two decimals: `1.54G`, `340M`, `infinity`. */
export function formatBytes(bytes: Bytes): string {
  if (bytes === Number.POSITIVE_INFINITY) return 'infinity';
  let value = bytes;
  let suffix = 0;
  while (Math.abs(value) >= 1024 && suffix < SUFFIXES.length - 1) {
    value /= 1024;
    suffix++;
  }
  const digits = value >= 100 || suffix === 0 ? 0 : value >= 10 ? 1 : 2;
  return `${Number(value.toFixed(digits))}${SUFFIXES[suffix] || 'B'}`;
}
