import pc from 'picocolors';
import type { Finding, LintReport, Severity } from '../lint/finding.js';
import { indent, type TerminalStyle } from './layout.js';

/**
 * Findings for people: each with its place, what is wrong and the fix; why that is bad, and who says so, with the first of
 * its kind; a sum at the end.
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
      `${placeInWords(finding)}: ${paint[severity](severity)}: ${message} [${rule}]`,
      ...indent(facts, style.columns).map((line) => colors.dim(line)),
    ].join('\n');
  });
  const sum = `${many(counts.error, 'error')}, ${many(counts.warning, 'warning')}, ${many(counts.note, 'note')}`;
  const aside = suppressed.length === 0 ? '' : `; ${many(suppressed.length, 'finding')} passed over as meant`;
  return `${[...blocks, `${sum}${aside}${strict ? '; warnings count as errors' : ''}`].join('\n\n')}\n`;
}

const many = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

/** A place as editors take it: `file:line`, or the file alone. */
export const placeInWords = ({ path, line }: Finding): string => (line === null ? path : `${path}:${line}`);
