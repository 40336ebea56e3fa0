import { formatBytes } from '../core/bytes.js';
import type { Evidence, RunSummary } from '../verdict/summary.js';

const seconds = (ms: number): string => `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`;

/** `null` is what the record cannot say. */
function known(value: number | null, render: (value: number) => string): string {
  return value === null ? 'unknown' : render(value);
}

const count = (value: number): string => value.toLocaleString('en-US');
const percent = (value: number): string => `${value.toFixed(value < 10 ? 1 : 0)} %`;

/** The figures of a verdict as short lines for people, each with its unit. */
export function evidenceInWords(evidence: Evidence): string[] {
  const { serverPidBefore, serverPidAfter } = evidence;
  const pid = (value: number | null) => known(value, String);
  return [
    `longest gap ${known(evidence.longestGapMs, seconds)} (clients wait ${seconds(evidence.watchdogWindowMs)}), median answer ${known(evidence.baselineMedianMs, seconds)} before and ${known(evidence.holdMedianMs, seconds)} under the hog`,
    `${known(evidence.oomKills, count)} OOM kills, ${known(evidence.highEvents, count)} high and ${known(evidence.maxEvents, count)} max events, full stall ${known(evidence.fullStallPercent, percent)} of the hold`,
    `hog ${evidence.hogState ?? 'never seen'}, plateau ${known(evidence.plateauBytes, formatBytes)}, off its target by ${known(evidence.plateauErrorPercent, (value) => `${value.toFixed(2)} %`)} at most`,
    `server PID ${pid(serverPidBefore)} -> ${pid(serverPidAfter)}, ${known(evidence.nRestarts, count)} restarts, first answer after the release: ${known(evidence.recoveryMs, seconds)}`,
    `${known(evidence.missingSamplesPercent, percent)} of the samples missing`,
  ];
}

/** Name of a run for people: scenario and guest, and that it is a control. */
export function nameOf({ scenario, guest, control }: Pick<RunSummary, 'scenario' | 'guest' | 'control'>): string {
  return `${scenario} on ${guest}${control ? ' (control)' : ''}`;
}

/** The outcome beside the expected ones: `contained`, or `livelocked, expected contained`. */
export function outcomeInWords({ outcome, expected }: Pick<RunSummary, 'outcome' | 'expected'>): string {
  if (outcome === null) return 'none';
  return expected.includes(outcome) ? outcome : `${outcome}, expected ${expected.join(' or ')}`;
}

/** Longest gap for a table's cell. */
export function gapInWords(evidence: Evidence | null): string {
  return evidence === null || evidence.longestGapMs === null ? '-' : seconds(evidence.longestGapMs);
}
