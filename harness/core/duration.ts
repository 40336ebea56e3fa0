import { usageError } from './errors.js';
import { shorten } from './shorten.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Units by the largest first, with the names that systemd.time(7) gives them. */
const UNITS: readonly { readonly ms: number; readonly names: readonly string[] }[] = [
  { ms: HOUR, names: ['hours', 'hour', 'hr', 'h'] },
  { ms: MINUTE, names: ['minutes', 'minute', 'min', 'm'] },
  { ms: SECOND, names: ['seconds', 'second', 'sec', 's'] },
  { ms: 1, names: ['msec', 'ms'] },
];

/** The longest: a wait beyond a day is a mistake. */
const MAX_MS = 24 * HOUR;

const AMOUNT = String.raw`\d{1,9}(?:\.\d{1,9})?`;

/**
 * The syntax of `parseDuration` as a portable regular expression for the JSON Schemas. It also matches blanks alone, and
 * durations of more than a day.
 */
export const DURATION = new RegExp(
  `^ *(?:${AMOUNT}|${UNITS.map(({ names }) => `(?:${AMOUNT} ?(?:${names.join('|')}))? *`).join('')})$`,
);

/**
 * Reads a duration as it is written in unit files, in milliseconds: `90s`, `10min`, `1h 30min`, each unit once and the
 * largest first; a number alone is seconds. At most a day.
 * Source: systemd.time(7), "Parsing time spans", of which this is the part that waits need.
 *
 * @throws OomdrillError `DURATION_INVALID`
 */
export function parseDuration(text: string): number {
  const trimmed = text.length > 100 ? '' : text.trim();
  const ms = /^\d+(?:\.\d+)?$/.test(trimmed) ? Number(trimmed) * SECOND : sumOfPieces(trimmed);
  if (trimmed !== '' && DURATION.test(trimmed) && ms <= MAX_MS) return Math.round(ms);
  throw usageError(
    'DURATION_INVALID',
    `"${shorten(text)}" is not a duration.`,
    'Write a number with h, min or s, such as 10min or 1h 30min: at most 24h.',
  );
}

const sumOfPieces = (text: string): number =>
  [...text.matchAll(/(\d+(?:\.\d+)?) ?([a-z]+)/g)].reduce(
    (sum, [, amount, name = '']) =>
      sum + Number(amount) * (UNITS.find(({ names }) => names.includes(name))?.ms ?? Number.NaN),
    0,
  );

/** Writes a duration for people, to the second, as `parseDuration` reads it: `45 s`, `10 min`, `1 h 30 min`. */
export function formatDuration(ms: number): string {
  const pieces: string[] = [];
  let rest = Math.round(ms / SECOND);
  for (const [unit, name] of [
    [3_600, 'h'],
    [60, 'min'],
    [1, 's'],
  ] as const) {
    const count = Math.floor(rest / unit);
    if (count > 0) pieces.push(`${count} ${name}`);
    rest -= count * unit;
  }
  return pieces.length === 0 ? '0 s' : pieces.join(' ');
}
