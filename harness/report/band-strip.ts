/** What one strip shows: places from 0 to `to`, the edges of the band, and where harm was seen. Bytes of the guest. */
export interface StripOf {
  readonly from: number;
  readonly to: number;
  readonly harmed: { readonly from: number; readonly to: number } | null;
  /** What lies between the edges and what was seen to be harmed is not known. */
  readonly unfinished?: true | undefined;
}

/** What the letters of a strip mean. */
export const STRIP_KEY = '. the server is healthy  # it is harmed, and nothing is killed  x the kernel kills';

/**
 * A map in one line: what becomes of a server as the hog's resting place rises from 0 to `end`. A band that is narrower than a
 * column takes one all the same; `?` stands where an unfinished map has not looked.
 */
export function bandStrip({ from, to, harmed, unfinished }: StripOf, end: number, columns: number): string {
  const columnOf = (bytes: number) => Math.floor((bytes * columns) / end);
  const first = columnOf(from);
  const behind = Math.min(columns, Math.max(columnOf(to), first + (harmed ? 1 : 0)));
  const between = (column: number) => {
    if (!unfinished) return harmed ? '#' : '.';
    return harmed && column >= columnOf(harmed.from) && column <= columnOf(harmed.to) ? '#' : '?';
  };
  return Array.from({ length: columns }, (_, column) =>
    column < first ? '.' : column < behind ? between(column) : 'x',
  ).join('');
}

/** The line below strips: sizes where their columns begin. */
export function stripAxis(end: number, columns: number, label: (bytes: number) => string): string {
  const last = label(end);
  const middle = label(end / 2);
  const gap = Math.max(1, Math.floor(columns / 2) - 1);
  return `${'0'.padEnd(gap + 1)}${middle}`.padEnd(columns - last.length).concat(last);
}
