import pc from 'picocolors';
import { type Painted, type PrintableText, paint, type TextLine, textOf } from '../core/printable-text.js';
import type { RunSummary, Verdict } from '../verdict/summary.js';
import { indent, type TerminalStyle } from './layout.js';
import { renderTable, type TableColumn } from './table.js';
import { describeDetails, describeOutcome, formatGap, formatKills, nameRun, nameScenario } from './words.js';

const COLUMNS: readonly TableColumn[] = [
  ['scenario'],
  ['guest'],
  ['outcome'],
  ['verdict'],
  ['gap', 'right'],
  ['kills', 'right'],
];

/**
 * Renders results for people: a table if the terminal is wide enough, and then the reasons, figures and record of each
 * drill.
 */
export function renderRuns(runs: readonly RunSummary[], style: TerminalStyle): PrintableText {
  if (runs.length === 0) return textOf(['Nothing was drilled.']);
  const colors = pc.createColors(style.color);
  const colorOf: Record<Verdict, (text: string) => string> = {
    pass: colors.green,
    fail: colors.red,
    inconclusive: colors.yellow,
    error: colors.yellow,
    skip: colors.dim,
  };
  const paintVerdict = ({ verdict }: RunSummary) => paint(colorOf[verdict], verdict);
  // Escape codes for colours do not count as width.
  const plain = renderSummary(runs, ({ verdict }) => verdict);
  const fits = plain.every(({ shown }) => shown.length <= style.columns);
  const lines: TextLine[] = fits ? renderSummary(runs, paintVerdict) : [];
  for (const run of runs) {
    if (lines.length > 0) lines.push('');
    lines.push([paintVerdict(run), `  ${nameRun(run)}: ${describeOutcome(run)}`]);
    lines.push(...indent(describeDetails(run), style.columns));
    if (run.record !== null) lines.push(paint(colors.dim, `    record: ${run.record}`));
  }
  return textOf(lines);
}

/** A row for each drill. */
const renderSummary = (runs: readonly RunSummary[], showVerdict: (run: RunSummary) => string | Painted): Painted[] =>
  renderTable(
    COLUMNS,
    runs.map((run) => {
      const { guest, evidence } = run;
      return [
        nameScenario(run),
        guest,
        describeOutcome(run),
        showVerdict(run),
        formatGap(evidence),
        formatKills(evidence),
      ];
    }),
  );
