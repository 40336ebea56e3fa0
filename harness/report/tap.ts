import { jsonText } from '../core/json-text.js';
import { printable } from '../core/printable.js';
import { describeKills } from '../verdict/kill-sentences.js';
import type { RunSummary, Summary } from '../verdict/summary.js';
import { describeOutcome, nameRun } from './words.js';

/**
 * Renders the summary as TAP 14 (testanything.org, "TAP 14 Specification"). TAP has only two results: a drill that was
 * inconclusive or whose machine failed is `not ok` too, and its diagnostics say which.
 */
export function renderTap({ runs }: Pick<Summary, 'runs'>): string {
  return ['TAP version 14', `1..${runs.length}`, ...runs.flatMap((run, index) => renderTest(run, index + 1)), ''].join(
    '\n',
  );
}

function renderTest(run: RunSummary, number: number): string[] {
  const ok = run.verdict === 'pass' || run.verdict === 'skip' ? 'ok' : 'not ok';
  const skip = run.verdict === 'skip' ? ` # SKIP ${escapeTap(run.reasons.join(' '))}` : '';
  return [
    `${ok} ${number} - ${escapeTap(`${nameRun(run)}: ${describeOutcome(run)}`)}${skip}`,
    '  ---',
    ...renderDiagnostics(run),
    '  ...',
  ];
}

/** The keys of a result that are printed below its line, in this order. */
const SHOWN = ['verdict', 'reasons', 'secondTryOf', 'evidence', 'error', 'record', 'scale', 'accelerator'] as const;

/** JSON of printable characters is valid YAML too, of 1.1 as of 1.2, so that no quoting rules of our own are needed. */
function renderDiagnostics(run: RunSummary): string[] {
  const shown = SHOWN.filter((key) => run[key] !== undefined).map((key) => `  ${key}: ${jsonText(run[key])}`);
  const killed = run.evidence?.kills;
  return killed ? [...shown, `  killed: ${jsonText(describeKills(killed))}`] : shown;
}

/** Escapes backslashes and hashes in what is one line, so that it can contain no directive. */
const escapeTap = (text: string): string => printable(text).trim().replace(/[\\#]/g, '\\$&');
