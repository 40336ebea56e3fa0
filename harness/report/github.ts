import { withoutUndefined } from '../core/defined.js';
import { printable } from '../core/printable.js';
import type { LintReport, Severity } from '../lint/finding.js';

const ANNOTATIONS: Record<Severity, string> = { error: 'error', warning: 'warning', note: 'notice' };

/**
 * Renders findings as workflow commands of GitHub Actions, one a line, which GitHub shows at the lines of a pull
 * request (docs.github.com, "Workflow commands for GitHub Actions").
 */
export function renderGithub({ findings }: LintReport): string {
  return findings
    .map(({ rule, severity, path, line, message, why, fix }) => {
      const facts = { file: path, line: line ?? undefined, title: rule };
      const properties = Object.entries(withoutUndefined(facts)).map(
        ([key, value]) => `${key}=${escapeProperty(String(value))}`,
      );
      return `::${ANNOTATIONS[severity]} ${properties.join(',')}::${[message, why, `Fix: ${fix}`].map(escapeData).join('%0A')}\n`;
    })
    .join('');
}

/** One line of what is shown: a percent sign starts an escape. */
const escapeData = (line: string): string => printable(line).replaceAll('%', '%25');

const escapeProperty = (text: string): string => escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
