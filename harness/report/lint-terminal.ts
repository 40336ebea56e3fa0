import pc from 'picocolors';
import type { Finding, LintReport, Severity } from '../lint/finding.js';
import { indent, type TerminalStyle } from './layout.js';

/**
 * Renders findings for people: each with its place, what is wrong and the fix. The reason and its source come only with
 * the first finding of a rule. Counts are at the end.
 */
export function renderLint({ findings, suppressed, counts, strict }: LintReport, style: TerminalStyle): string {
  const colors = pc.createColors(style.color);
  const paint: Record<Severity, (text: string) => string> = {
    error: colors.red,
    warning: colors.yellow,
    note: colors.dim,
  };
  const blocks = findings.map((finding, index) => {
    const { rule, severity, message, why, source, fix } = finding;
    const isFirst = findings.findIndex((each) => each.rule === rule) === index;
    const facts = isFirst ? [`why: ${why}`, `source: ${source}`, `fix: ${fix}`] : [`fix: ${fix}`];
    return [
      `${formatPlace(finding)}: ${paint[severity](severity)}: ${message} [${rule}]`,
      ...indent(facts, style.columns).map((line) => colors.dim(line)),
    ].join('\n');
  });
  const counted = `${formatCount(counts.error, 'error')}, ${formatCount(counts.warning, 'warning')}, ${formatCount(counts.note, 'note')}`;
  const ignored = suppressed.length === 0 ? '' : `; ${formatCount(suppressed.length, 'finding')} suppressed`;
  return `${[...blocks, `${counted}${ignored}${strict ? '; warnings count as errors' : ''}`].join('\n\n')}\n`;
}

const formatCount = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

/** A place in the form that editors accept: `file:line`, or the file alone. */
export const formatPlace = ({ path, line }: Finding): string => (line === null ? path : `${path}:${line}`);
