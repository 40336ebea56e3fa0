import pc from 'picocolors';
import { type PrintableText, paint, type TextLine, textOf } from '../core/printable-text.js';
import type { Finding, LintReport, Severity } from '../lint/finding.js';
import { indent, type TerminalStyle } from './layout.js';

/**
 * Renders findings for people: each with its place and what is wrong. The reason and its source come only with the first
 * finding of a rule, and a fix only with the first that has it; so that a thousand units stay readable. Files that were not read, and counts, are at the end.
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
  const shown = new Set<string>();
  const lines: TextLine[] = [];
  for (const finding of findings) {
    const { rule, severity, message, why, source, fix } = finding;
    const reason = explained.has(rule) ? [] : [`why: ${why}`, `source: ${source}`];
    const facts = shown.has(`${rule} ${fix}`) ? reason : [...reason, `fix: ${fix}`];
    explained.add(rule);
    shown.add(`${rule} ${fix}`);
    lines.push([`${formatPlace(finding)}: `, paint(colorOf[severity], severity), `: ${message} [${rule}]`]);
    lines.push(...indent(facts, style.columns).map((line) => paint(colors.dim, line)), '');
  }
  if (notRead.length > 0) lines.push(...notRead.map(({ path, what }) => `${path}: not read: it is ${what}`), '');
  const counted = `${formatCount(counts.error, 'error')}, ${formatCount(counts.warning, 'warning')}, ${formatCount(counts.note, 'note')}`;
  const ignored = suppressed.length === 0 ? '' : `; ${formatCount(suppressed.length, 'finding')} suppressed`;
  const total = `${counted}${ignored}${strict ? '; warnings count as errors' : ''}`;
  return textOf([...lines, ...(findings.length > MANY ? [countByRule(findings)] : []), total]);
}

/** From so many findings on they are counted by rule, because few people read so many. */
const MANY = 20;

/** The rules with their findings, the most first: `12 swap-allowed, 3 no-cap`. */
function countByRule(findings: readonly Finding[]): string {
  const counts = new Map<string, number>();
  for (const { rule } of findings) counts.set(rule, (counts.get(rule) ?? 0) + 1);
  const sorted = [...counts].sort(([a, some], [b, others]) => others - some || (a < b ? -1 : 1));
  return `by rule: ${sorted.map(([rule, count]) => `${count} ${rule}`).join(', ')}`;
}

const formatCount = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

/** A place in the form that editors accept: `file:line`, or the file alone. */
export const formatPlace = ({ path, line }: Finding): string => (line === null ? path : `${path}:${line}`);
