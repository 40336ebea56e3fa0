import { withoutUndefined } from '../core/defined.js';
import type { LintReport, Severity } from '../lint/finding.js';

const ANNOTATIONS: Record<Severity, string> = { error: 'error', warning: 'warning', note: 'notice' };

/**
 * Findings as workflow commands of GitHub Actions, one a line, which it shows beside the lines of a pull request
 * (docs.github.com, "Workflow commands for GitHub Actions").
 */
export function renderGithub({ findings }: LintReport): string {
  return findings
    .map(({ rule, severity, path, line, message, why, fix }) => {
      const facts = { file: path, line: line ?? undefined, title: rule };
      const properties = Object.entries(withoutUndefined(facts)).map(
        ([key, value]) => `${key}=${property(String(value))}`,
      );
      return `::${ANNOTATIONS[severity]} ${properties.join(',')}::${data(`${message}\n${why}\nMend: ${fix}`)}\n`;
    })
    .join('');
}

/** A command ends with its line, and percent signs begin its escapes. */
const data = (text: string): string => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');

const property = (text: string): string => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
