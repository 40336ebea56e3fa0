import { usageError } from './errors.js';
import { shorten } from './shorten.js';

/** A number of bytes: an integer, or `Infinity` for no limit (`infinity` to systemd, `max` to the kernel). */
export type Bytes = number;

export const MIB: Bytes = 1024 ** 2;
export const GIB: Bytes = 1024 ** 3;

const SUFFIXES = ['', 'K', 'M', 'G', 'T', 'P', 'E'] as const;

/** One piece of a size. */
const PIECE = /\+?(\d+(?:\.\d*)?)[ \t\r\n]*([BKMGTPE]?)/g;

const BLANK = String.raw`[ \t\r\n]*`;
const AMOUNT = String.raw`\+?\d+(?:\.\d*)?`;

/**
 * The syntax of `parseBytes`, except `infinity`, as a portable regular expression for the JSON Schemas. It also matches
 * white space alone, and sizes that are too large.
 */
export const SIZE = new RegExp(
  [`^${BLANK}`, ...SUFFIXES.toReversed().map((suffix) => `(?:${AMOUNT}${BLANK}${suffix || 'B?'}${BLANK})?`), '$'].join(
    '',
  ),
);

/** White space as systemd defines it (string-util.h, WHITESPACE): a no-break space from a web page does not count. */
const BLANKS = /^[ \t\r\n]+|[ \t\r\n]+$/g;

/** Far more than all pieces with all their digits. */
const MAX_SIZE_LENGTH = 1_000;

/** systemd reads sizes below this: UINT64_MAX stands for infinity. */
const MAX_SIZE = 2 ** 64;

/** How a size is written, as the hint of an error. */
export const SIZE_HINT = 'Write a number of bytes, with a capital K, M, G or T for a power of 1024.';

/**
 * Reads a size as systemd does: base 1024, suffixes K M G T P E, fractions allowed, several pieces that add up if the
 * largest comes first (`1G 512M`), `infinity` for no limit.
 * Source: systemd.syntax(7) "sizes"; systemd, parse_size(); `12GB` and `-1` are errors there and here.
 *
 * @throws OomdrillError `BYTES_INVALID`
 */
export function parseBytes(text: string): Bytes {
  // No size is that long, and blanks in the middle of a long text are looked at again and again.
  const trimmed = text.length > MAX_SIZE_LENGTH ? '' : text.replace(BLANKS, '');
  if (trimmed === 'infinity') return Number.POSITIVE_INFINITY;
  const pieces = [...trimmed.matchAll(PIECE)].map(([, amount, suffix = '']) => ({
    amount: Number(amount),
    power: SUFFIXES.indexOf((suffix === 'B' ? '' : suffix) as (typeof SUFFIXES)[number]),
  }));
  const isWhole = trimmed.replace(PIECE, '').replace(BLANKS, '') === '';
  const isFalling = pieces.every(({ power }, index) => index === 0 || power < (pieces[index - 1]?.power ?? 0));
  const bytes = Math.floor(pieces.reduce((sum, { amount, power }) => sum + amount * 1024 ** power, 0));
  if (pieces.length === 0 || !isWhole || !isFalling || bytes >= MAX_SIZE) {
    throw usageError(
      'BYTES_INVALID',
      `"${shorten(text)}" is not a size.`,
      'Write a number with K, M, G or T, such as 16G, or infinity.',
    );
  }
  return bytes;
}

/** Writes a size for systemd without rounding: with the largest suffix that divides it, `infinity` for no limit. */
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

/** Writes a size for systemd, rounded to whole MiB. */
export const renderWholeMib = (bytes: Bytes): string => renderBytes(Math.round(bytes / MIB) * MIB);

/** Writes a size for people, rounded to at most two decimals: `1.54G`, `340M`, `infinity`. */
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
