import { withoutUndefined } from '../core/defined.js';
import { printable } from '../core/printable.js';
import type { LintReport, Severity } from '../lint/finding.js';

const ANNOTATIONS: Record<Severity, string> = { error: 'error', warning: 'warning', note: 'notice' };

/**
 * Renders findings as workflow commands of GitHub Actions, one a line, which GitHub shows at the lines of a pull
 * request (docs.github.com, "Workflow commands for GitHub Actions").
 */
export function renderGithub({ findings, notRead = [] }: LintReport): string {
  const annotations = findings.map(({ rule, severity, path, line, message, why, fix }) =>
    annotate(ANNOTATIONS[severity], { file: path, line: line ?? undefined, title: rule }, [
      message,
      why,
      `Fix: ${fix}`,
    ]),
  );
  const unread = notRead.map(({ path, what }) =>
    annotate('notice', { file: path, title: 'not read' }, [`oomdrill lint does not read this file: it is ${what}.`]),
  );
  return [...annotations, ...unread].join('');
}

/** One workflow command. */
function annotate(
  kind: string,
  facts: { readonly file: string; readonly line?: number | undefined; readonly title: string },
  lines: readonly string[],
): string {
  const properties = Object.entries(withoutUndefined(facts)).map(
    ([key, value]) => `${key}=${escapeProperty(String(value))}`,
  );
  return `::${kind} ${properties.join(',')}::${lines.map(escapeData).join('%0A')}\n`;
}

/** One line of what is shown: a percent sign starts an escape. */
const escapeData = (line: string): string => printable(line).replaceAll('%', '%25');

const escapeProperty = (text: string): string => escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
