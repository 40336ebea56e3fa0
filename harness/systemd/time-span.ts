/** Seconds of each unit, in the order in which systemd tries them: the first that fits counts (extract_multiplier()). */
const UNITS: readonly (readonly [string, number])[] = [
  ['seconds', 1],
  ['second', 1],
  ['sec', 1],
  ['s', 1],
  ['minutes', 60],
  ['minute', 60],
  ['min', 60],
  ['months', 2_629_800],
  ['month', 2_629_800],
  ['M', 2_629_800],
  ['msec', 0.001],
  ['ms', 0.001],
  ['m', 60],
  ['hours', 3_600],
  ['hour', 3_600],
  ['hr', 3_600],
  ['h', 3_600],
  ['days', 86_400],
  ['day', 86_400],
  ['d', 86_400],
  ['weeks', 604_800],
  ['week', 604_800],
  ['w', 604_800],
  ['years', 31_557_600],
  ['year', 31_557_600],
  ['y', 31_557_600],
  ['usec', 0.000_001],
  ['us', 0.000_001],
  ['\u03BCs', 0.000_001],
  ['\u00B5s', 0.000_001],
];

const SECONDS: ReadonlyMap<string, number> = new Map(UNITS);

/** A number, with its unit if it has one; what may follow a number without a unit is checked separately. */
const PART = new RegExp(
  `\\+?(\\d*)(\\.\\d+)?([ \\t\\n\\r]*)(${UNITS.map(([name]) => name).join('|')})?[ \\t\\n\\r]*`,
  'y',
);

/** The largest span, in seconds: 2^64 microseconds. */
const MAX_SECONDS = 2 ** 64 / 1e6;

/**
 * Reads a time span as systemd does (systemd.time(7); systemd 252, src/basic/time-util.c, parse_time()): numbers with
 * units, which are added up, such as `1h 30min`; seconds where there is no unit; or `infinity`.
 *
 * @returns seconds; undefined for any other text
 */
export function parseTimeSpan(text: string): number | undefined {
  const trimmed = text.replace(/^[ \t\n\r]+/, '');
  if (/^infinity[ \t\n\r]*$/.test(trimmed)) return Number.POSITIVE_INFINITY;
  let seconds = 0;
  PART.lastIndex = 0;
  while (PART.lastIndex < trimmed.length) {
    const found = PART.exec(trimmed);
    const [, digits = '', fraction = '', space = '', unit] = found ?? [];
    if (digits === '' && fraction === '') return undefined;
    // `12.34.56` is not a span, while `12.34 .56` is one.
    if (unit === undefined && space === '' && PART.lastIndex < trimmed.length) return undefined;
    seconds += Number(`${digits || '0'}${fraction}`) * (SECONDS.get(unit ?? 's') ?? Number.NaN);
  }
  return trimmed === '' || seconds >= MAX_SECONDS ? undefined : seconds;
}
