import { formatBytes } from '../core/bytes.js';
import { formatSeconds } from '../core/clock.js';
import { orUnknown } from '../core/unknown.js';
import { nameInjected } from '../verdict/injected.js';
import { type Drift, drilledName, type Evidence, type RunSummary } from '../verdict/summary.js';

/** A number with its thousands apart. */
const thousands = (value: number): string => value.toLocaleString('en-US');
const percent = (value: number): string => `${value.toFixed(value < 10 ? 1 : 0)} %`;

/** The figures of a verdict as short lines for people, each with its unit. */
export function evidenceInWords(evidence: Evidence): string[] {
  const { longestGapMs, watchdogWindowMs, baselineMedianMs, holdMedianMs, recoveryMs } = evidence;
  const { oomKills, highEvents, maxEvents, fullStallPercent, missingSamplesPercent } = evidence;
  const { serverPidBefore, serverPidAfter, nRestarts, repairMs, sidecarGapMs, brimBytes } = evidence;
  const { noun } = nameInjected(evidence);
  const held = holdMedianMs === null ? 'none' : formatSeconds(holdMedianMs);
  const [before, after] = [orUnknown(serverPidBefore), orUnknown(serverPidAfter)];
  const lines = [
    `longest gap ${orUnknown(longestGapMs, formatSeconds)} (clients wait ${formatSeconds(watchdogWindowMs)}), median answer ${orUnknown(baselineMedianMs, formatSeconds)} before and ${held} under the ${noun}`,
    `memory.events: ${orUnknown(oomKills, thousands)} oom_kill, ${orUnknown(highEvents, thousands)} high, ${orUnknown(maxEvents, thousands)} max; full stall ${orUnknown(fullStallPercent, percent)} of the hold`,
    injectionFigures(evidence),
    `server PID ${before} -> ${after}, ${orUnknown(nRestarts, thousands)} restarts, first answer after the SIGKILL: ${orUnknown(recoveryMs, formatSeconds)}`,
  ];
  if (repairMs !== null) lines.push(`first answer after the repair began: ${formatSeconds(repairMs)}`);
  if (sidecarGapMs !== null) lines.push(`longest gap of a unit beside it: ${formatSeconds(sidecarGapMs)}`);
  if (brimBytes !== null)
    lines.push(`the brim, where the hog harmed the server and lived: ${formatBytes(brimBytes)} wide`);
  lines.push(`${orUnknown(missingSamplesPercent, percent)} of the samples missing`);
  return lines;
}

/** How the injection was last seen, where memory rested, and how far off its target. */
function injectionFigures(evidence: Evidence): string {
  const { injectionState: hogState, plateauBytes, plateauErrorPercent } = evidence;
  const words = [`${nameInjected(evidence).noun} ${hogState ?? 'never seen'}`];
  if (plateauBytes !== null) words.push(`plateau ${formatBytes(plateauBytes)}`);
  if (plateauBytes !== null && plateauErrorPercent !== null)
    words.push(`off its target by ${plateauErrorPercent.toFixed(2)} % at most`);
  return words.join(', ');
}

/** A figure that drifts, in a sentence. */
export function driftInWords({ figure, value, previousMedian }: Drift): string {
  if (figure === 'longestGapMs')
    return `Drifting: the longest gap is ${formatSeconds(value)}, and it usually is ${formatSeconds(previousMedian)}.`;
  return figure === 'fullStallPercent'
    ? `Drifting: the full stall is ${percent(value)} of the hold, and it usually is ${percent(previousMedian)}.`
    : `Drifting: the band is ${formatBytes(value)} wide, and it usually is ${formatBytes(previousMedian)}.`;
}

/** All that is told of a drill under its name, line by line: why it came out so, what to do, the figures. */
export function detailsInWords(run: RunSummary): string[] {
  const { reasons, secondTryOf, drifts = [], error, evidence } = run;
  const lines = [...reasons];
  if (secondTryOf) lines.push(`The second try: the host spoiled the first. ${secondTryOf.reason}`);
  lines.push(...drifts.map(driftInWords));
  if (error?.hint !== undefined) lines.push(error.hint);
  if (evidence !== null) lines.push(...evidenceInWords(evidence));
  return lines;
}

/** The same, and where the record is. */
export function detailsAndRecord(run: RunSummary): string[] {
  const details = detailsInWords(run);
  return run.record === null ? details : [...details, `record: ${run.record}`];
}

/** Name of a scenario for people: a control is one that must come out bad. */
export function scenarioInWords(run: Pick<RunSummary, 'scenario' | 'bundle' | 'server' | 'control'>): string {
  return `${drilledName(run)}${run.control ? ' (control)' : ''}`;
}

/** Name of a run for people: scenario and guest. */
export function runName(run: Pick<RunSummary, 'scenario' | 'bundle' | 'server' | 'guest' | 'control'>): string {
  return `${scenarioInWords(run)} on ${run.guest}`;
}

/** The outcome beside the expected ones: `contained`, or `livelocked, expected contained`. */
export function outcomeInWords({ outcome, expected }: Pick<RunSummary, 'outcome' | 'expected'>): string {
  if (outcome === null) return 'none';
  return expected.includes(outcome) ? outcome : `${outcome}, expected ${expected.join(' or ')}`;
}

/** Longest gap for a table's cell. */
export function gapInWords(evidence: Pick<Evidence, 'longestGapMs'> | null): string {
  return evidence === null || evidence.longestGapMs === null ? '-' : formatSeconds(evidence.longestGapMs);
}
