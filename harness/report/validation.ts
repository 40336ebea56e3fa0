import type { Validated } from '../contract/validation.js';
import { formatBytes } from '../core/bytes.js';
import { formatSeconds } from '../core/clock.js';
import { type PrintableText, textOf } from '../core/printable-text.js';
import { type Answer, answerName, type Comparison } from '../verdict/safety.js';
import { indent } from './layout.js';
import { formatGap } from './words.js';

/** The parts of a validation that are printed. */
type PrintedValidation = Omit<Validated, 'warnings' | 'baseline' | 'ms' | 'exitCode'>;

/** Renders a validation for people: safe or not, why, what was drilled, and what would change on the host. */
export function renderValidation(validated: PrintedValidation, columns: number): PrintableText {
  const { safety, unit, limits, oomPolicy, host, reasons, caveats, findings, scale, answers, difference } = validated;
  const settings = [
    `MemoryHigh=${formatBytes(limits.high)} MemoryMax=${formatBytes(limits.max)}`,
    `MemorySwapMax=${formatBytes(limits.swapMax)} OOMPolicy=${oomPolicy}, host ${host.memory}, swap ${host.swap}`,
  ].join(' ');
  const findingLines = findings.map(
    ({ severity, path, line, message }) => `${severity}: ${path}:${line ?? 1}: ${message}`,
  );
  const lines = [
    `${safety}  ${unit}: ${settings}`,
    ...indent([...reasons, ...caveats, ...findingLines], columns),
    '',
    `drilled at scale 1/${scale}:`,
    ...answers.map(describeAnswerLine),
  ];
  const changes = (validated.comparison ?? []).map(describeComparison);
  if (changes.length > 0) lines.push('', 'compared with the baseline:', ...changes);
  lines.push('');
  if (difference.length === 0) lines.push('no setting differs from the current ones');
  else lines.push('changes to the current settings:', ...difference.map((line) => `    ${line}`));
  return textOf(lines);
}

function describeAnswerLine(answer: Answer): string {
  const { outcome, verdict, evidence } = answer.run;
  const login = evidence?.longestLoginGapMs ?? null;
  const wayIn = login === null ? '' : `, without a login ${formatSeconds(login)}`;
  return `    ${answerName(answer).padEnd(10)}  ${(outcome ?? verdict).padEnd(15)}  longest gap ${formatGap(evidence)}${wayIn}`;
}

function describeComparison({ question, change, before, after }: Comparison): string {
  const outcomeWithGap = ({ outcome, longestGapMs }: Comparison['before']) =>
    `${outcome ?? 'unknown'}${longestGapMs === null ? '' : ` (${formatSeconds(longestGapMs)})`}`;
  return `    ${question.padEnd(10)}  ${change.padEnd(7)}  ${outcomeWithGap(before)} -> ${outcomeWithGap(after)}`;
}
