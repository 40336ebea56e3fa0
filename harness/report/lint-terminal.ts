import pc from 'picocolors';
import { type PrintableText, paint, type TextLine, textOf } from '../core/printable-text.js';
import type { Finding, LintReport, Severity } from '../lint/finding.js';
import { indent, type TerminalStyle } from './layout.js';

/**
 * Renders findings for people: each with its place, what is wrong and the fix. The reason and its source come only with
 * the first finding of a rule. Files that were not read, and counts, are at the end.
 */
export function renderLint(
  { findings, suppressed, notRead = [], counts, strict }: LintReport,
  style: TerminalStyle,
): PrintableText {
  const colors = pc.createColors(style.color);
  const colorOf: Record<Severity, (text: string) => string> = {
    error: colors.red,
    warning: colors.yellow,
    note: colors.dim,
  };
  const explained = new Set<string>();
  const lines: TextLine[] = [];
  for (const finding of findings) {
    const { rule, severity, message, why, source, fix } = finding;
    const facts = explained.has(rule) ? [`fix: ${fix}`] : [`why: ${why}`, `source: ${source}`, `fix: ${fix}`];
    explained.add(rule);
    lines.push([`${formatPlace(finding)}: `, paint(colorOf[severity], severity), `: ${message} [${rule}]`]);
    lines.push(...indent(facts, style.columns).map((line) => paint(colors.dim, line)), '');
  }
  if (notRead.length > 0) lines.push(...notRead.map(({ path, what }) => `${path}: not read: it is ${what}`), '');
  const counted = `${formatCount(counts.error, 'error')}, ${formatCount(counts.warning, 'warning')}, ${formatCount(counts.note, 'note')}`;
  const ignored = suppressed.length === 0 ? '' : `; ${formatCount(suppressed.length, 'finding')} suppressed`;
  return textOf([...lines, `${counted}${ignored}${strict ? '; warnings count as errors' : ''}`]);
}

const formatCount = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

/** A place in the form that editors accept: `file:line`, or the file alone. */
export const formatPlace = ({ path, line }: Finding): string => (line === null ? path : `${path}:${line}`);
