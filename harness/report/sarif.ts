import { pathToFileURL } from 'node:url';
import type { Invocation, Log, Notification, ReportingDescriptor, Result } from 'sarif';
import { jsonText } from '../core/json-text.js';
import { printable } from '../core/printable.js';
import type { UnreadFile } from '../formats/file-kind.js';
import { RULES } from '../lint/catalogue.js';
import type { Finding, LintReport, Suppressed } from '../lint/finding.js';
import type { Rule } from '../lint/rule.js';
import { suppressionRule } from '../lint/suppress.js';

/** The texts of a rule, without its check. */
export type RuleFacts = Omit<Rule, 'check'>;

/** Renders findings as a SARIF file, with all rules. */
export const renderSarif = (report: LintReport, version: string): string =>
  `${jsonText(composeSarifLog(report, [...RULES, suppressionRule], version), 2)}\n`;

/**
 * Composes SARIF 2.1.0 (OASIS, "Static Analysis Results Interchange Format"), which GitHub code scanning and editors
 * read. Suppressed findings are included, with the reason.
 */
export function composeSarifLog(report: LintReport, rules: readonly RuleFacts[], version: string): Log {
  const results = [...report.findings, ...report.suppressed].map((finding) => renderResult(finding, rules));
  return {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'oomdrill', semanticVersion: version, rules: rules.map(describeRule) } },
        columnKind: 'utf16CodeUnits',
        invocations: describeUnread(report.notRead ?? []),
        results,
      },
    ],
  };
}

/** Files that were not read, as notifications of the tool: not results (SARIF 2.1.0, 3.20.21). */
function describeUnread(notRead: readonly UnreadFile[]): Invocation[] | undefined {
  if (notRead.length === 0) return undefined;
  const notifications = notRead.map(
    ({ path, what }): Notification => ({
      level: 'note',
      message: { text: withoutLinks(`oomdrill lint does not read this file: it is ${what}.`) },
      locations: [{ physicalLocation: { artifactLocation: { uri: formatUri(path) } } }],
    }),
  );
  return [{ executionSuccessful: true, toolExecutionNotifications: notifications }];
}

function describeRule({ id, severity, title, why, source, fix }: RuleFacts): ReportingDescriptor {
  return {
    id,
    shortDescription: { text: title },
    fullDescription: { text: why },
    help: { text: `${fix}\nSource: ${source}` },
    defaultConfiguration: { level: severity },
  };
}

function renderResult(finding: Finding | Suppressed, rules: readonly RuleFacts[]): Result {
  const { rule, severity, path, line, message, fix } = finding;
  return {
    ruleId: rule,
    ruleIndex: rules.findIndex(({ id }) => id === rule),
    level: severity,
    message: { text: withoutLinks(`${message} ${fix}`) },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: formatUri(path) },
          region: line === null ? undefined : { startLine: line },
        },
      },
    ],
    suppressions:
      'suppression' in finding
        ? [
            {
              kind: finding.suppression.kind === 'inline' ? 'inSource' : 'external',
              justification: printable(finding.suppression.reason),
            },
          ]
        : undefined,
  };
}

/** A relative path stays relative, so that it matches the repository in which it is shown; each part is escaped. */
function formatUri(path: string): string {
  return path.startsWith('/')
    ? pathToFileURL(path).href
    : path
        .replace(/\p{Cs}/gu, '\ufffd')
        .split('/')
        .map(encodeURIComponent)
        .join('/');
}

/** One line of plain text, in which brackets before a parenthesis would be a link (SARIF 2.1.0, 3.11.6). */
const withoutLinks = (text: string): string => printable(text).replaceAll('](', '\\](');
