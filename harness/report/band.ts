import { formatBytes, MIB } from '../core/bytes.js';
import type { BandMap, MapPoint, SweptRow } from '../verdict/band.js';
import { bandStrip, STRIP_KEY, stripAxis } from './band-strip.js';
import { gapInWords } from './words.js';

/** Width of a map in the terminal. */
const COLUMNS = 64;

const mib = (bytes: number) => `${(bytes / MIB).toFixed(0)}M`;

/** A strip goes a little past the limit, to show that the kernel kills there. */
const STRIP_END = 1.02;

/** One map, for people: each drill in the order of its place, a strip, and the width of the band. */
export function renderBandMap(map: BandMap): string {
  const { bundle, scale, limits, band, points, unfinished } = map;
  const row = ({ sizeBytes: place, zone, run }: MapPoint) =>
    `    ${mib(place).padStart(7)}  ${zone.padEnd(7)}  ${run.outcome}, longest gap ${gapInWords(run.evidence)}`;
  const sorted = points.toSorted((a, b) => a.sizeBytes - b.sizeBytes).map(row);
  const end = limits.max * STRIP_END;
  return [
    `${bundle}, MemoryHigh=${formatBytes(limits.high)} MemoryMax=${formatBytes(limits.max)} at scale 1/${scale}; memory of the hog's own, at rest:`,
    ...sorted,
    '',
    `    ${bandStrip({ ...band, unfinished }, end, COLUMNS)}`,
    `    ${stripAxis(end, COLUMNS, mib)}`,
    `    ${STRIP_KEY}`,
    widthInWords(map),
    ...costOfKills(points),
    '',
  ].join('\n');
}

/** How wide the band is, or how far an unfinished map has come. */
function widthInWords({ scale, limits, precision, band, points, unfinished }: BandMap): string {
  if (unfinished)
    return `unfinished, after ${points.length} ${points.length === 1 ? 'drill' : 'drills'}: ${bandSoFar(band, limits.max)}`;
  if (band.harmed === null)
    return `no place was found where the hog harms the server and lives: such a band is narrower than ${mib(2 * precision)}`;
  const width = band.to - band.from;
  return `a hog at rest harms the server and lives between ${mib(band.from)} and ${mib(band.to)}: a band of ${mib(width)} in the guest (each edge to ${mib(precision)}), ${formatBytes(width * scale)} if it grows with the scale`;
}

/** Where the kernel kills the hog alone is the good end of a map; that it stops the server with it is worth a word. */
function costOfKills(points: readonly MapPoint[]): string[] {
  const bad = points.filter(({ zone, run }) => zone === 'killed' && run.outcome !== 'contained');
  const outcomes = [...new Set(bad.map(({ run }) => run.outcome))];
  return bad.length === 0 ? [] : [`where the kernel kills, the drill was not contained but ${outcomes.join(', ')}`];
}

function bandSoFar({ from, to, harmed }: BandMap['band'], max: number): string {
  return [
    from === 0 ? 'healthy nowhere yet' : `the server was healthy up to ${mib(from)}`,
    harmed === null ? 'harmed nowhere yet' : `harmed from ${mib(harmed.from)} to ${mib(harmed.to)}`,
    to === max ? 'the hog killed nowhere yet' : `the hog killed from ${mib(to)}`,
  ].join(', ');
}

/** One row of a sweep in a line. */
export function sweptRowInWords(setting: string, { value, map, error }: SweptRow): string {
  if (!map) return `${setting}=${value}: ${error?.message ?? 'no map'}`;
  if (map.unfinished)
    return `${setting}=${value}: unfinished, ${bandSoFar(map.band, map.limits.max)}. ${error?.message ?? ''}`;
  const { band, scale } = map;
  return band.harmed === null
    ? `${setting}=${value}: no band`
    : `${setting}=${value}: a band from ${mib(band.from)} to ${mib(band.to)}, ${formatBytes((band.to - band.from) * scale)} if it grows with the scale`;
}

/** Two axes: a row for each value, its strip beside it, all to the same measure. */
export function renderSweep(bundle: string, setting: string, rows: readonly SweptRow[]): string {
  const maps = rows.flatMap(({ map }) => map ?? []);
  const end = Math.max(0, ...maps.map(({ limits }) => limits.max)) * STRIP_END;
  const label = Math.max(...rows.map(({ value }) => value.length));
  const strips = rows.map(
    ({ value, map }) =>
      `    ${value.padStart(label)}  ${map ? bandStrip({ ...map.band, unfinished: map.unfinished }, end, COLUMNS) : 'not known'}`,
  );
  const head = `${bundle}, ${setting} of the real host against memory of the hog's own in the guest, at rest:`;
  const lines = [head, ...strips];
  if (maps.length > 0) lines.push(`    ${' '.repeat(label)}  ${stripAxis(end, COLUMNS, mib)}`, `    ${STRIP_KEY}`);
  lines.push(...rows.map((row) => sweptRowInWords(setting, row)));
  return `${lines.join('\n')}\n`;
}
