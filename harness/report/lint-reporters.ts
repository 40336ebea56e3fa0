import { formattedText, type PrintableText } from '../core/printable-text.js';
import type { LintReport } from '../lint/finding.js';
import type { TerminalStyle } from './layout.js';

/** A format in which lint reports its findings, chosen by `lint --format`. */
export interface LintReporter {
  readonly name: string;
  /** What it is for, if its name does not say so. */
  readonly purpose?: string;
  /** Imports the renderer only when it is needed, so that no other command loads it. */
  readonly render: (report: LintReport, style: TerminalStyle, version: string) => Promise<PrintableText>;
}

/** All formats for findings; the first is the default. */
export const LINT_REPORTERS: readonly [LintReporter, ...LintReporter[]] = [
  {
    name: 'text',
    render: async (report, style) => (await import('./lint-terminal.js')).renderLint(report, style),
  },
  {
    name: 'github',
    purpose: 'annotations of a workflow',
    render: async (report) => formattedText((await import('./github.js')).renderGithub(report)),
  },
  {
    name: 'sarif',
    render: async (report, _style, version) => formattedText((await import('./sarif.js')).renderSarif(report, version)),
  },
];
