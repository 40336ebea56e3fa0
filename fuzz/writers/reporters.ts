import fc from 'fast-check';
import type { LintReport } from '../../harness/lint/finding.js';
import { LINT_REPORTERS } from '../../harness/report/lint-reporters.js';
import { REPORTERS } from '../../harness/report/reporters.js';
import type { Summary } from '../../harness/verdict/summary.js';
import { checkPrintable } from '../answer.js';
import { lintReports, summaries } from '../inputs/summary.js';
import { mustBeAnnotations, mustBeJunit, mustBeMarkdown, mustBeMetrics, mustBeSarif, mustBeTap } from './foreign.js';
import { writer } from './writer.js';

/** How wide a terminal is, and that it has no colours. */
const STYLE = { color: false, columns: 100 } as const;

type Check<T> = (text: string, written: T) => void;

/** The reader of each reporter's output. */
const READERS: Readonly<Record<string, Check<Summary>>> = {
  junit: (text, { runs }) => mustBeJunit(text, runs.length),
  markdown(text, { runs }) {
    mustBeMarkdown(text, runs.length);
    checkPrintable(text);
  },
  openmetrics: (text, { runs }) => mustBeMetrics(text, runs.length % 16 === 1),
  terminal: checkPrintable,
  tap(text, { runs }) {
    const notOk = runs.filter(({ verdict }) => verdict !== 'pass' && verdict !== 'skip').length;
    const skipped = runs.filter(({ verdict }) => verdict === 'skip').length;
    mustBeTap(text, { tests: runs.length, notOk, skipped });
  },
};

const LINT_READERS: Readonly<Record<string, Check<LintReport>>> = {
  text: checkPrintable,
  github: (text, { findings, notRead = [] }) => mustBeAnnotations(text, findings.length + notRead.length),
  sarif: (text, { findings, suppressed }) => mustBeSarif(text, findings.length + suppressed.length),
};

/** @throws Error for a reporter that no reader checks */
function readerOf<T>(readers: Readonly<Record<string, Check<T>>>, name: string): Check<T> {
  const found = readers[name];
  if (!found) throw new Error(`fuzz/writers/reporters.ts must say what reads the output of the reporter ${name}`);
  return found;
}

export const reporterWriters = [
  ...REPORTERS.map((reporter) =>
    writer({
      name: reporter.name,
      covers: [`reporter ${reporter.name}`],
      inputs: summaries,
      write: (summary) => reporter.render(summary, STYLE),
      readBack: readerOf(READERS, reporter.name),
    }),
  ),
  ...LINT_REPORTERS.map((reporter) =>
    writer({
      name: `lint-${reporter.name}`,
      covers: [`lint reporter ${reporter.name}`],
      inputs: fc.oneof(lintReports),
      write: (report) => reporter.render(report, STYLE, '0.0.0'),
      readBack: readerOf(LINT_READERS, reporter.name),
    }),
  ),
];
