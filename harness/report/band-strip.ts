/** What one strip shows: the edges of the band, and the sizes at which harm was seen. Bytes of the guest. */
export interface StripRange {
  readonly from: number;
  readonly to: number;
  readonly harmed: { readonly from: number; readonly to: number } | null;
  /** The map is not finished: what lies between the edges and the harmed sizes is not known. */
  readonly unfinished?: true | undefined;
}

/** What the letters of a strip mean. */
export const STRIP_KEY = '. the server is healthy  # it is harmed, and nothing is killed  x the hog is killed';

/**
 * Draws a map in one line: what happens to the server at hog sizes from 0 to `end`. A band that is narrower than a
 * column still takes one; `?` marks sizes that an unfinished map has not drilled.
 */
export function renderStrip({ from, to, harmed, unfinished }: StripRange, end: number, columns: number): string {
  const columnOf = (bytes: number) => Math.floor((bytes * columns) / end);
  const first = columnOf(from);
  const last = Math.min(columns, Math.max(columnOf(to), first + (harmed ? 1 : 0)));
  const between = (column: number) => {
    if (!unfinished) return harmed ? '#' : '.';
    return harmed && column >= columnOf(harmed.from) && column <= columnOf(harmed.to) ? '#' : '?';
  };
  return Array.from({ length: columns }, (_, column) =>
    column < first ? '.' : column < last ? between(column) : 'x',
  ).join('');
}

/** Draws the axis below strips, with 0, the middle and the end. */
export function renderStripAxis(end: number, columns: number, label: (bytes: number) => string): string {
  const last = label(end);
  const middle = label(end / 2);
  const gap = Math.max(1, Math.floor(columns / 2) - 1);
  return `${'0'.padEnd(gap + 1)}${middle}`.padEnd(columns - last.length).concat(last);
}
