import type { Validated } from '../contract/validation.js';
import { formatBytes } from '../core/bytes.js';
import { formatSeconds } from '../core/clock.js';
import type { Answer, Comparison } from '../verdict/safety.js';
import { indented } from './terminal.js';
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
  const changes = (validated.comparison ?? []).map(changeInWords);
  return [
    `${safety}  ${unit}: ${settings}`,
    ...indented(reasons, columns),
    ...indented(caveats, columns),
    ...indented(
      findings.map(({ severity, path, line, message }) => `${severity}: ${path}:${line ?? 1}: ${message}`),
      columns,
    ),
    '',
    `drilled at scale 1/${scale}:`,
    ...answers.map(answerInWords),
    ...(changes.length === 0 ? [] : ['', 'against the baseline:', ...changes]),
    '',
    ...(difference.length === 0
      ? ['no other settings than the current ones']
      : ['against the current settings:', ...difference.map((line) => `    ${line}`)]),
    '',
  ].join('\n');
}

function answerInWords({ question, run: { outcome, verdict, evidence } }: Answer): string {
  return `    ${question.padEnd(10)}  ${(outcome ?? verdict).padEnd(15)}  longest gap ${gapInWords(evidence)}`;
}

function changeInWords({ question, change, before, after }: Comparison): string {
  const fared = ({ outcome, longestGapMs }: Comparison['before']) =>
    `${outcome ?? 'unknown'}${longestGapMs === null ? '' : ` (${formatSeconds(longestGapMs)})`}`;
  return `    ${question.padEnd(10)}  ${change.padEnd(7)}  ${fared(before)} -> ${fared(after)}`;
}
