import type { LintReport } from '../lint/finding.js';
import type { TerminalStyle } from './layout.js';

/** A way to tell what lint found, which `lint --format` names. */
export interface LintReporter {
  readonly name: string;
  /** What it is for, where its name does not say. */
  readonly purpose?: string;
  /** Imports its renderer, so that no other command loads it. */
  readonly render: (report: LintReport, style: TerminalStyle, version: string) => Promise<string>;
}

/** Every way to tell what lint found; the first is meant where none is named. */
export const LINT_REPORTERS: readonly [LintReporter, ...LintReporter[]] = [
  {
    name: 'text',
    render: async (report, style) => (await import('./lint-terminal.js')).renderLint(report, style),
  },
  {
    name: 'github',
    purpose: 'annotations of a workflow',
    render: async (report) => (await import('./github.js')).renderGithub(report),
  },
  {
    name: 'sarif',
    render: async (report, _style, version) => (await import('./sarif.js')).renderSarif(report, version),
  },
];
