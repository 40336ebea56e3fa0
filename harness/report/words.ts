import { formatBytes } from '../core/bytes.js';
import { formatSeconds } from '../core/clock.js';
import { type Drift, drilledName, type Evidence, type RunSummary } from '../verdict/summary.js';

/** `null` is what the record cannot say. */
function known(value: number | null, render: (value: number) => string): string {
  return value === null ? 'unknown' : render(value);
}

const count = (value: number): string => value.toLocaleString('en-US');
const percent = (value: number): string => `${value.toFixed(value < 10 ? 1 : 0)} %`;

/** The figures of a verdict as short lines for people, each with its unit. */
export function evidenceInWords(evidence: Evidence): string[] {
  const { longestGapMs, watchdogWindowMs, baselineMedianMs, holdMedianMs, recoveryMs } = evidence;
  const { oomKills, highEvents, maxEvents, fullStallPercent, missingSamplesPercent } = evidence;
  const { hogState, plateauBytes, plateauErrorPercent, serverPidBefore, serverPidAfter, nRestarts } = evidence;
  const pid = (value: number | null) => known(value, String);
  const plateau =
    plateauBytes === null
      ? ''
      : `, plateau ${formatBytes(plateauBytes)}${plateauErrorPercent === null ? '' : `, off its target by ${plateauErrorPercent.toFixed(2)} % at most`}`;
  return [
    `longest gap ${known(longestGapMs, formatSeconds)} (clients wait ${formatSeconds(watchdogWindowMs)}), median answer ${known(baselineMedianMs, formatSeconds)} before and ${holdMedianMs === null ? 'none' : formatSeconds(holdMedianMs)} under the hog`,
    `memory.events: ${known(oomKills, count)} oom_kill, ${known(highEvents, count)} high, ${known(maxEvents, count)} max; full stall ${known(fullStallPercent, percent)} of the hold`,
    `hog ${hogState ?? 'never seen'}${plateau}`,
    `server PID ${pid(serverPidBefore)} -> ${pid(serverPidAfter)}, ${known(nRestarts, count)} restarts, first answer after the SIGKILL: ${known(recoveryMs, formatSeconds)}`,
    ...(evidence.repairMs === null ? [] : [`first answer after the repair began: ${formatSeconds(evidence.repairMs)}`]),
    ...(evidence.besideGapMs === null
      ? []
      : [`longest gap of a unit beside it: ${formatSeconds(evidence.besideGapMs)}`]),
    ...(evidence.brimBytes === null
      ? []
      : [`the brim, where the hog harmed the server and lived: ${formatBytes(evidence.brimBytes)} wide`]),
    `${known(missingSamplesPercent, percent)} of the samples missing`,
  ];
}

/** A figure that drifts, in a sentence. */
export function driftInWords({ figure, value, usual }: Drift): string {
  if (figure === 'longestGapMs')
    return `Drifting: the longest gap is ${formatSeconds(value)}, and it usually is ${formatSeconds(usual)}.`;
  return figure === 'fullStallPercent'
    ? `Drifting: the full stall is ${percent(value)} of the hold, and it usually is ${percent(usual)}.`
    : `Drifting: the band is ${formatBytes(value)} wide, and it usually is ${formatBytes(usual)}.`;
}

/** All that is told of a drill under its name, line by line: why it came out so, what to do, the figures. */
export function detailsInWords(run: RunSummary): string[] {
  const { reasons, drifts = [], error, evidence } = run;
  return [
    ...reasons,
    ...secondTryInWords(run),
    ...drifts.map(driftInWords),
    ...(error?.hint === undefined ? [] : [error.hint]),
    ...(evidence === null ? [] : evidenceInWords(evidence)),
  ];
}

/** Name of a scenario for people: a control is one that must come out bad. */
export function scenarioInWords(run: Pick<RunSummary, 'scenario' | 'bundle' | 'server' | 'control'>): string {
  return `${drilledName(run)}${run.control ? ' (control)' : ''}`;
}

/** That a drill is a second try, and why; nothing of one that is none. */
export function secondTryInWords({ secondTryOf }: Pick<RunSummary, 'secondTryOf'>): string[] {
  return secondTryOf === undefined ? [] : [`The second try: the host spoiled the first. ${secondTryOf.reason}`];
}

/** Name of a run for people: scenario and guest. */
export function nameOf(run: Pick<RunSummary, 'scenario' | 'bundle' | 'server' | 'guest' | 'control'>): string {
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
