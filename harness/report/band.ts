import { formatBytes, MIB } from '../core/bytes.js';
import { type PrintableText, textOf } from '../core/printable-text.js';
import type { BandMap, MapPoint, SweptRow } from '../verdict/band.js';
import { renderStrip, renderStripAxis, STRIP_KEY } from './band-strip.js';
import { formatGap } from './words.js';

/** Width of a map in the terminal. */
const COLUMNS = 64;

const mib = (bytes: number) => `${(bytes / MIB).toFixed(0)}M`;

/** A strip ends a little past the limit, to show that the kernel kills there. Factor. */
const STRIP_END = 1.02;

/** The largest size that a strip must show: MemoryMax, or more where the unit swaps. */
const largestOf = ({ limits, band }: BandMap): number => Math.max(limits.max, band.to);

/** Renders one map for people: the drills in the order of their sizes, a strip, and the width of the band. */
export function renderBandMap(map: BandMap): PrintableText {
  const { bundle, scale, limits, band, points, unfinished } = map;
  const row = ({ sizeBytes, zone, run }: MapPoint) =>
    `    ${mib(sizeBytes).padStart(7)}  ${zone.padEnd(7)}  ${run.outcome ?? 'no outcome'}, longest gap ${formatGap(run.evidence)}`;
  const sorted = points.toSorted((a, b) => a.sizeBytes - b.sizeBytes).map(row);
  const end = largestOf(map) * STRIP_END;
  return textOf([
    `${bundle}, MemoryHigh=${formatBytes(limits.high)} MemoryMax=${formatBytes(limits.max)} at scale 1/${scale}; sizes of a settled hog, its own memory alone:`,
    ...sorted,
    '',
    `    ${renderStrip({ ...band, unfinished }, end, COLUMNS)}`,
    `    ${renderStripAxis(end, COLUMNS, mib)}`,
    `    ${STRIP_KEY}`,
    describeWidth(map),
    ...describeKilledZone(points),
  ]);
}

/** Says how wide the band is, or how far an unfinished map has got. */
function describeWidth({ scale, precision, band, points, unfinished }: BandMap): string {
  if (unfinished)
    return `unfinished, after ${points.length} ${points.length === 1 ? 'drill' : 'drills'}: ${describeBandSoFar({ band, points })}`;
  if (band.harmed === null)
    return `no size was found at which the hog harms the server and is not killed: if there is such a band, it is narrower than ${mib(2 * precision)}`;
  const width = band.to - band.from;
  return `a settled hog of ${mib(band.from)} to ${mib(band.to)} harms the server and is not killed: a band of ${mib(width)} in the guest (each edge to ${mib(precision)}), ${formatBytes(width * scale)} on the real host if it grows with the scale`;
}

/** The killed zone is good only if the hog alone is killed: says so if the server was stopped with it. */
function describeKilledZone(points: readonly MapPoint[]): string[] {
  const notContained = points.filter(({ zone, run }) => zone === 'killed' && run.outcome !== 'contained');
  const outcomes = [...new Set(notContained.map(({ run }) => run.outcome ?? 'no outcome'))];
  return notContained.length === 0
    ? []
    : [`where the hog is killed, the outcome was not contained, but ${outcomes.join(', ')}`];
}

function describeBandSoFar({ band: { from, to, harmed }, points }: Pick<BandMap, 'band' | 'points'>): string {
  return [
    from === 0 ? 'no healthy size found yet' : `healthy up to ${mib(from)}`,
    harmed === null ? 'no harmed size found yet' : `harmed from ${mib(harmed.from)} to ${mib(harmed.to)}`,
    points.some(({ zone }) => zone === 'killed')
      ? `killed from ${mib(to)}`
      : 'no size found yet at which the hog is killed',
  ].join(', ');
}

/** One row of a sweep, in a line. */
export function describeSweptRow(setting: string, { value, map, error }: SweptRow): string {
  if (!map) return `${setting}=${value}: ${error?.message ?? 'no map'}`;
  if (map.unfinished)
    return [`${setting}=${value}: unfinished, ${describeBandSoFar(map)}.`, error?.message ?? []].flat().join(' ');
  const { band, scale } = map;
  return band.harmed === null
    ? `${setting}=${value}: no band`
    : `${setting}=${value}: a band from ${mib(band.from)} to ${mib(band.to)}, ${formatBytes((band.to - band.from) * scale)} on the real host if it grows with the scale`;
}

/** Renders a sweep for people: a row for each value with its strip, all strips to the same scale. */
export function renderSweep(bundle: string, setting: string, rows: readonly SweptRow[]): PrintableText {
  const maps = rows.flatMap(({ map }) => map ?? []);
  const end = Math.max(0, ...maps.map(largestOf)) * STRIP_END;
  const labelWidth = Math.max(...rows.map(({ value }) => value.length));
  const strips = rows.map(
    ({ value, map }) =>
      `    ${value.padStart(labelWidth)}  ${map ? renderStrip({ ...map.band, unfinished: map.unfinished }, end, COLUMNS) : 'no map'}`,
  );
  const head = `${bundle}, ${setting} of the real host against the size of a settled hog, its own memory in the guest:`;
  const lines = [head, ...strips];
  if (maps.length > 0)
    lines.push(`    ${' '.repeat(labelWidth)}  ${renderStripAxis(end, COLUMNS, mib)}`, `    ${STRIP_KEY}`);
  lines.push(...rows.map((row) => describeSweptRow(setting, row)));
  return textOf(lines);
}
