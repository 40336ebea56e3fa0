import Table from 'cli-table3';
import pc from 'picocolors';
import type { RunSummary, Verdict } from '../verdict/summary.js';
import { indent, type TerminalStyle } from './layout.js';
import { detailsInWords, gapInWords, outcomeInWords, runName, scenarioInWords } from './words.js';

const TERMINAL_HEAD = ['scenario', 'guest', 'outcome', 'verdict', 'gap', 'kills'];

/** Results for people: a table where the terminal is wide enough for it, and below it each drill's reasons, figures and record. */
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
  // Escape codes of colours take no room.
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
    const gap = gapInWords(evidence);
    table.push([scenarioInWords(run), guest, outcomeInWords(run), verdict, gap, evidence?.oomKills ?? '-']);
  }
  return table.toString();
}

/** One drill in full, for the moment it is over, and for below the table. */
function renderRun(
  run: RunSummary,
  paint: (text: string) => string,
  dim: (text: string) => string,
  columns: number,
): string {
  const lines = [
    `${paint(run.verdict)}  ${runName(run)}: ${outcomeInWords(run)}`,
    ...indent(detailsInWords(run), columns),
  ];
  if (run.record !== null) lines.push(dim(`    record: ${run.record}`));
  return lines.join('\n');
}
