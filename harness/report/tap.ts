import type { RunSummary, Summary } from '../verdict/summary.js';
import { outcomeInWords, runName } from './words.js';

/**
 * The summary as TAP 14 (testanything.org, "TAP 14 Specification"). An inconclusive drill or an error of the machine is `not
 * ok` as well, for TAP has no third word; its diagnostics say which it was.
 */
export function renderTap({ runs }: Pick<Summary, 'runs'>): string {
  return ['TAP version 14', `1..${runs.length}`, ...runs.flatMap((run, index) => renderTest(run, index + 1)), ''].join(
    '\n',
  );
}

function renderTest(run: RunSummary, number: number): string[] {
  const ok = run.verdict === 'pass' || run.verdict === 'skip' ? 'ok' : 'not ok';
  const skip = run.verdict === 'skip' ? ` # SKIP ${oneLine(run.reasons.join(' '))}` : '';
  return [
    `${ok} ${number} - ${escapeTap(`${runName(run)}: ${outcomeInWords(run)}`)}${skip}`,
    '  ---',
    ...diagnostics(run),
    '  ...',
  ];
}

/** What of a result stands below its line, in this order. */
const SHOWN = ['verdict', 'reasons', 'secondTryOf', 'evidence', 'error', 'record', 'scale', 'accelerator'] as const;

/** JSON texts are YAML too, and need no quoting rules of our own. */
const diagnostics = (run: RunSummary): string[] =>
  SHOWN.filter((key) => run[key] !== undefined).map((key) => `  ${key}: ${JSON.stringify(run[key])}`);

/** A description's own backslashes and hashes are escaped, so that none reads as a directive. */
const escapeTap = (text: string): string => oneLine(text).replace(/[\\#]/g, '\\$&');

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();
