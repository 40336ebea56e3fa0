import type { Validated } from '../contract/validation.js';
import { formatBytes } from '../core/bytes.js';
import { formatSeconds } from '../core/clock.js';
import { type Answer, answerName, type Comparison } from '../verdict/safety.js';
import { indent } from './layout.js';
import { gapInWords } from './words.js';

/** What of a validation people are told. */
type ToldOf = Omit<Validated, 'warnings' | 'baseline' | 'ms' | 'exitCode'>;

/** The word on a set of limits, for people: why, what was drilled, and what would change on the host. */
export function renderValidation(validated: ToldOf, columns: number): string {
  const { safety, unit, limits, oomPolicy, host, reasons, caveats, findings, scale, answers, difference } = validated;
  const settings = [
    `MemoryHigh=${formatBytes(limits.high)} MemoryMax=${formatBytes(limits.max)}`,
    `MemorySwapMax=${formatBytes(limits.swapMax)} OOMPolicy=${oomPolicy}, host ${host.memory}, swap ${host.swap}`,
  ].join(' ');
  const found = findings.map(({ severity, path, line, message }) => `${severity}: ${path}:${line ?? 1}: ${message}`);
  const lines = [
    `${safety}  ${unit}: ${settings}`,
    ...indent([...reasons, ...caveats, ...found], columns),
    '',
    `drilled at scale 1/${scale}:`,
    ...answers.map(answerInWords),
  ];
  const changes = (validated.comparison ?? []).map(changeInWords);
  if (changes.length > 0) lines.push('', 'against the baseline:', ...changes);
  lines.push('');
  if (difference.length === 0) lines.push('no other settings than the current ones');
  else lines.push('against the current settings:', ...difference.map((line) => `    ${line}`));
  return `${lines.join('\n')}\n`;
}

function answerInWords(answer: Answer): string {
  const { outcome, verdict, evidence } = answer.run;
  return `    ${answerName(answer).padEnd(10)}  ${(outcome ?? verdict).padEnd(15)}  longest gap ${gapInWords(evidence)}`;
}

function changeInWords({ question, change, before, after }: Comparison): string {
  const outcomeWithGap = ({ outcome, longestGapMs }: Comparison['before']) =>
    `${outcome ?? 'unknown'}${longestGapMs === null ? '' : ` (${formatSeconds(longestGapMs)})`}`;
  return `    ${question.padEnd(10)}  ${change.padEnd(7)}  ${outcomeWithGap(before)} -> ${outcomeWithGap(after)}`;
}
