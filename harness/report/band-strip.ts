/** What one strip shows: places from 0 to `to`, the edges of the band, and where harm was seen. Bytes of the guest. */
export interface StripOf {
  readonly from: number;
  readonly to: number;
  readonly harmed: { readonly from: number; readonly to: number } | null;
}

/** What the letters of a strip mean. */
export const STRIP_KEY = '. the server is well  # it is harmed, and nobody is killed  x the hog is killed';

/**
 * A map in one line: what becomes of a server as the hog's resting place rises from 0 to `end`. A band that is narrower than a
 * column takes one all the same.
 */
export function bandStrip({ from, to, harmed }: StripOf, end: number, columns: number): string {
  const width = end / columns;
  const first = Math.floor(from / width);
  const behind = Math.min(columns, Math.max(Math.floor(to / width), first + (harmed ? 1 : 0)));
  return Array.from({ length: columns }, (_, column) =>
    column < first ? '.' : column < behind && harmed ? '#' : column < behind ? '.' : 'x',
  ).join('');
}

/** The line below strips: sizes where their columns begin. */
export function stripAxis(end: number, columns: number, label: (bytes: number) => string): string {
  const last = label(end);
  const middle = label(end / 2);
  const gap = Math.max(1, Math.floor(columns / 2) - 1);
  return `${'0'.padEnd(gap + 1)}${middle}`.padEnd(columns - last.length).concat(last);
}
