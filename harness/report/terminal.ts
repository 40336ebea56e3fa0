import Table from 'cli-table3';
import pc from 'picocolors';
import type { RunSummary, Verdict } from '../verdict/summary.js';
import { indent, type TerminalStyle } from './layout.js';
import { describeDetails, describeOutcome, formatGap, nameRun, nameScenario } from './words.js';

const TERMINAL_HEAD = ['scenario', 'guest', 'outcome', 'verdict', 'gap', 'kills'];

/**
 * Renders results for people: a table if the terminal is wide enough, and then the reasons, figures and record of each
 * drill.
 */
export function renderRuns(runs: readonly RunSummary[], style: TerminalStyle): string {
  if (runs.length === 0) return 'Nothing was drilled.\n';
  const colors = pc.createColors(style.color);
  const paint: Record<Verdict, (text: string) => string> = {
    pass: colors.green,
    fail: colors.red,
    inconclusive: colors.yellow,
    error: colors.yellow,
    skip: colors.dim,
  };
  const table = renderTable(runs, paint);
  // Escape codes for colours do not count as width.
  const plain = style.color ? renderTable(runs, {}) : table;
  const fits = plain.split('\n').every((line) => line.length <= style.columns);
  const details = runs.map((run) => renderRun(run, paint[run.verdict], colors.dim, style.columns));
  const parts = fits ? [table, ...details] : details;
  return `${parts.join('\n\n')}\n`;
}

function renderTable(runs: readonly RunSummary[], paint: Partial<Record<Verdict, (text: string) => string>>): string {
  const table = new Table({
    head: TERMINAL_HEAD,
    style: { head: [], border: [] },
    colAligns: ['left', 'left', 'left', 'left', 'right', 'right'],
  });
  for (const run of runs) {
    const verdict = paint[run.verdict]?.(run.verdict) ?? run.verdict;
    const { guest, evidence } = run;
    const gap = formatGap(evidence);
    table.push([nameScenario(run), guest, describeOutcome(run), verdict, gap, evidence?.oomKills ?? '-']);
  }
  return table.toString();
}

/** Renders one drill in full, below the table. */
function renderRun(
  run: RunSummary,
  paint: (text: string) => string,
  dim: (text: string) => string,
  columns: number,
): string {
  const lines = [
    `${paint(run.verdict)}  ${nameRun(run)}: ${describeOutcome(run)}`,
    ...indent(describeDetails(run), columns),
  ];
  if (run.record !== null) lines.push(dim(`    record: ${run.record}`));
  return lines.join('\n');
}
