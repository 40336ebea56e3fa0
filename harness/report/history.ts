import { formatBytes } from '../core/bytes.js';
import { formatSeconds } from '../core/clock.js';
import type { Baseline } from '../history/baseline.js';
import { median } from '../history/drift.js';
import type { History } from '../history/file.js';
import type { Figures, Point, Series } from '../history/series.js';
import { findLastDrifts } from '../history/watch.js';
import type { DriftingFigure, Verdict } from '../verdict/summary.js';
import { driftInWords } from './words.js';

/** As many of the last nights are shown, the latest on the right. */
const NIGHTS = 30;

const BARS = '▁▂▃▄▅▆▇█';

/** A night by its verdict. */
const MARKS: Readonly<Record<Verdict, string>> = { pass: '·', fail: 'F', inconclusive: '?', error: '!', skip: '-' };

const DRIFTING: readonly (readonly [DriftingFigure, string, (value: number) => string])[] = [
  ['longestGapMs', 'longest gap', formatSeconds],
  ['fullStallPercent', 'full stall', (value) => `${value.toFixed(0)} %`],
  ['brimBytes', 'band', formatBytes],
];

/** The trend of each series: verdicts and figures night by night, the usual value, the last one, and what was accepted. */
export function renderHistory(series: readonly Series[], { entries, damaged }: History, baseline: Baseline): string {
  const gaps = entries.flatMap((entry) => (entry.type === 'gap' ? [entry] : []));
  const lines = series.flatMap((one) => [...renderSeries(one, baseline), '']);
  for (const { at, lines: count, keptIn } of gaps)
    lines.push(`gap: ${count} line(s) could not be read on ${at}, and are kept in ${keptIn}`);
  if (damaged.length > 0) lines.push(`gap: ${damagedInWords(damaged)} of the history cannot be read`);
  return lines.length === 0 ? 'There is no history yet.\n' : `${lines.join('\n').trimEnd()}\n`;
}

function renderSeries(series: Series, baseline: Baseline): string[] {
  const { name, points } = series;
  const accepted = baseline.accepted[name];
  const shown = points.slice(-NIGHTS);
  const lines = [
    `${name}: ${points.length} night(s), the last ${points.at(-1)?.at}`,
    `    verdicts     ${shown.map(({ verdict }) => MARKS[verdict]).join('')}`,
    ...DRIFTING.flatMap(([figure, words, render]) => renderFigure(shown, figure, words, render)),
  ];
  if (accepted) lines.push(`    accepted on ${accepted.acceptedAt}: ${figuresInWords(accepted.figures)}`);
  for (const drift of findLastDrifts(series, baseline)) lines.push(`    ${driftInWords(drift)}`);
  return lines;
}

function renderFigure(
  points: readonly Point[],
  figure: DriftingFigure,
  words: string,
  render: (value: number) => string,
): string[] {
  const known = points.flatMap(({ figures }) => figures[figure] ?? []);
  if (known.length === 0) return [];
  const last = points.at(-1)?.figures[figure];
  const bars = points.map(({ figures, verdict }) => bar(figures[figure], known) ?? MARKS[verdict]).join('');
  return [
    `    ${words.padEnd(12)} ${bars}  usually ${render(median(known))}, last ${last === undefined ? 'unknown' : render(last)}`,
  ];
}

/** A value's bar between the least and the largest, by their logarithms: a gap that is twice as long is as much higher anywhere. */
function bar(value: number | undefined, known: readonly number[]): string | undefined {
  if (value === undefined) return undefined;
  const log = (amount: number) => Math.log(Math.max(amount, 1));
  const [least, most] = [Math.min(...known), Math.max(...known)].map(log) as [number, number];
  const height = most === least ? 0 : (log(value) - least) / (most - least);
  return BARS[Math.round(height * (BARS.length - 1))];
}

const figuresInWords = (figures: Figures): string =>
  DRIFTING.flatMap(([figure, words, render]) => {
    const value = figures[figure];
    return value === undefined ? [] : [`${words} ${render(value)}`];
  }).join(', ') || 'its outcome alone';

function damagedInWords(lines: readonly number[]): string {
  const [first = 0] = lines;
  return lines.length > 10 ? `${lines.length} lines, the first is ${first},` : `line ${lines.join(', ')}`;
}
