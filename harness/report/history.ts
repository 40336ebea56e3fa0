import { formatBytes } from '../core/bytes.js';
import { formatSeconds } from '../core/clock.js';
import { median } from '../core/median.js';
import { type PrintableText, textOf } from '../core/printable-text.js';
import type { Baseline } from '../history/baseline.js';
import type { History } from '../history/file.js';
import type { Figures, Point, Series } from '../history/series.js';
import { findLastDrifts, findLastKernelChange } from '../history/watch.js';
import type { DriftingFigure, Verdict } from '../verdict/summary.js';
import { describeDrift, describeKernelChange } from './words.js';

/** Only this many of the last nights are shown, the latest on the right. */
const MAX_NIGHTS = 30;

const BARS = '▁▂▃▄▅▆▇█';

/** The sign of a night for its verdict. */
const MARKS: Readonly<Record<Verdict, string>> = { pass: '·', fail: 'F', inconclusive: '?', error: '!', skip: '-' };

const DRIFTING: readonly (readonly [DriftingFigure, string, (value: number) => string])[] = [
  ['longestGapMs', 'longest gap', formatSeconds],
  ['fullStallPercent', 'full stall', (value) => `${value.toFixed(0)} %`],
  ['holdP50Ms', 'p50', formatSeconds],
  ['holdP90Ms', 'p90', formatSeconds],
  ['holdP99Ms', 'p99', formatSeconds],
  ['brimBytes', 'band', formatBytes],
];

/** Renders each series: verdicts and figures night by night, the median, the last value, and the accepted values. */
export function renderHistory(
  series: readonly Series[],
  { entries, damaged }: History,
  baseline: Baseline,
): PrintableText {
  const gaps = entries.flatMap((entry) => (entry.type === 'gap' ? [entry] : []));
  const lines = series.flatMap((each) => [...renderSeries(each, baseline), '']);
  const said: string[] = [];
  for (const { at, lines: count, keptIn } of gaps)
    said.push(`damaged: ${nameCount(count, 'line')} could not be read on ${at}; kept in ${keptIn}`);
  if (damaged.length > 0) said.push(`damaged: ${describeDamaged(damaged)} of the history could not be read`);
  if (lines.length + said.length === 0) return textOf(['The history has no runs yet.']);
  return textOf(said.length === 0 ? lines.slice(0, -1) : [...lines, ...said]);
}

function renderSeries(series: Series, baseline: Baseline): string[] {
  const { name, points } = series;
  const accepted = baseline.accepted[name];
  const shown = points.slice(-MAX_NIGHTS);
  const lines = [
    `${name}: ${nameCount(points.length, 'run')}, the last ${points.at(-1)?.at}`,
    `    verdicts     ${shown.map(({ verdict }) => MARKS[verdict]).join('')}`,
    ...DRIFTING.flatMap(([figure, label, render]) => renderFigure(shown, figure, label, render)),
  ];
  if (accepted) lines.push(`    accepted on ${accepted.acceptedAt}: ${describeFigures(accepted.figures)}`);
  const [change, last] = [findLastKernelChange(series, baseline), points.at(-1)];
  if (change && last) lines.push(`    ${describeKernelChange(last, change)}`);
  for (const drift of findLastDrifts(series, baseline)) lines.push(`    ${describeDrift(drift)}`);
  return lines;
}

function renderFigure(
  points: readonly Point[],
  figure: DriftingFigure,
  label: string,
  render: (value: number) => string,
): string[] {
  const known = points.flatMap(({ figures }) => figures[figure] ?? []);
  if (known.length === 0) return [];
  const last = points.at(-1)?.figures[figure];
  const bars = points.map(({ figures, verdict }) => renderBar(figures[figure], known) ?? MARKS[verdict]).join('');
  return [
    `    ${label.padEnd(12)} ${bars}  median ${render(median(known))}, last ${last === undefined ? 'unknown' : render(last)}`,
  ];
}

/**
 * The bar of a value between the smallest and the largest, by their logarithms: doubling has the same height
 * everywhere.
 */
function renderBar(value: number | undefined, known: readonly number[]): string | undefined {
  if (value === undefined) return undefined;
  const log = (amount: number) => Math.log(Math.max(amount, 1));
  const [smallest, largest] = [Math.min(...known), Math.max(...known)].map(log) as [number, number];
  const height = largest === smallest ? 0 : (log(value) - smallest) / (largest - smallest);
  return BARS[Math.round(height * (BARS.length - 1))];
}

const nameCount = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

const describeFigures = (figures: Figures): string =>
  DRIFTING.flatMap(([figure, label, render]) => {
    const value = figures[figure];
    return value === undefined ? [] : [`${label} ${render(value)}`];
  }).join(', ') || 'the outcome alone';

function describeDamaged(lines: readonly number[]): string {
  const [first = 0] = lines;
  if (lines.length > 10) return `${lines.length} lines, beginning with line ${first},`;
  return lines.length === 1 ? `line ${first}` : `lines ${lines.join(', ')}`;
}
