import { formatBytes } from '../core/bytes.js';
import { formatSeconds } from '../core/clock.js';
import { formatCount } from '../core/count.js';
import { orUnknown } from '../core/unknown.js';
import { PERCENTILES } from '../study/latency.js';
import { hasEnded } from '../study/task-state.js';
import { nameInjected } from '../verdict/injected.js';
import { asSentence, describeKills } from '../verdict/kill-sentences.js';
import {
  type Drift,
  drilledName,
  type Evidence,
  type KernelChange,
  type LatencyOfPhase,
  type RunSummary,
} from '../verdict/summary.js';
import { describeLoadEvidence } from './load-words.js';

const formatPercent = (value: number): string => `${value.toFixed(value < 10 ? 1 : 0)} %`;

/** The figures of a verdict as short lines, each with its unit. */
export function describeEvidence(evidence: Evidence): string[] {
  const { longestGapMs, watchdogWindowMs, baselineMedianMs, holdMedianMs, recoveryMs } = evidence;
  const { oomKills, highEvents, maxEvents, fullStallPercent, missingSamplesPercent } = evidence;
  const {
    serverPidBefore,
    serverPidAfter,
    nRestarts,
    repairMs,
    sidecarGapMs,
    brimBytes,
    observersCpuPercent = null,
  } = evidence;
  const during = holdMedianMs === null ? (longestGapMs === null ? 'unknown' : 'none') : formatSeconds(holdMedianMs);
  // The harness sends no SIGKILL to a hog that is gone.
  const { injectionState: state } = evidence;
  const release = state === null || hasEnded({ state }) ? 'release' : 'SIGKILL';
  const [before, after] = [orUnknown(serverPidBefore), orUnknown(serverPidAfter)];
  const lines = [
    `longest gap ${orUnknown(longestGapMs, formatSeconds)}${describeSilence(evidence)} (clients give up after ${formatSeconds(watchdogWindowMs)}), median answer ${orUnknown(baselineMedianMs, formatSeconds)} before and ${during} during the hold`,
    ...describeWayIn(evidence),
    ...describeLatency(evidence),
    `memory.events: ${orUnknown(oomKills, formatCount)} oom_kill, ${orUnknown(highEvents, formatCount)} high, ${orUnknown(maxEvents, formatCount)} max; ${describeStall(fullStallPercent)}`,
    ...describeKilled(evidence),
    describeInjection(evidence),
    `server PID ${before} -> ${after}, ${orUnknown(nRestarts, formatCount)} restarts, first answer after the ${release}: ${orUnknown(recoveryMs, formatSeconds)}`,
  ];
  if (repairMs !== null) lines.push(`first answer after the repair began: ${formatSeconds(repairMs)}`);
  if (sidecarGapMs !== null) lines.push(`longest gap of a sidecar: ${formatSeconds(sidecarGapMs)}`);
  if (brimBytes !== null)
    lines.push(`the brim, where the hog harmed the server and was not killed: ${formatBytes(brimBytes)} wide`);
  lines.push(
    missingSamplesPercent === null
      ? 'missing samples: unknown'
      : `${formatPercent(missingSamplesPercent)} of the samples missing`,
  );
  if (observersCpuPercent !== null)
    lines.push(`watching it cost ${formatPercent(observersCpuPercent)} of one CPU of the guest (sampler and canary)`);
  lines.push(...describeLoadEvidence(evidence.load ?? null));
  return lines;
}

/** The longest time without a login, and what logins cost; nothing where none was tried. */
function describeWayIn({ longestLoginGapMs = null, logins }: Evidence): string[] {
  if (!logins) return [];
  const { tried, succeeded, cpuMsPerLogin, cpuPercent } = logins;
  const cost =
    cpuMsPerLogin === null || cpuPercent === null
      ? 'what they cost is not known'
      : `each cost the guest ${formatSeconds(cpuMsPerLogin)} of CPU time, all of them ${formatPercent(cpuPercent)} of one CPU`;
  return [
    `longest time without a login ${orUnknown(longestLoginGapMs, formatSeconds)} (${formatCount(succeeded)} of ${formatCount(tried)} came through, one is due every 5 s); ${cost}`,
  ];
}

const describeStall = (percent: number | null): string =>
  percent === null ? 'full stall unknown' : `full stall ${formatPercent(percent)} of the hold`;

const isInReasons = (line: string, reasons: readonly string[]): boolean =>
  line.startsWith(KILLED) &&
  reasons.some((reason) => reason.startsWith(asSentence(line.slice(KILLED.length)).slice(0, -1)));

const KILLED = 'killed: ';

/** What was killed, when, by what, and by whose limit. Results of earlier versions do not have it. */
function describeKilled({ kills }: Evidence): string[] {
  if (kills === undefined) return [];
  if (kills === null) return [`${KILLED}unknown, the record has no log`];
  return kills.length === 0
    ? [`${KILLED}nothing, by the logs`]
    : describeKills(kills).map((kill) => `${KILLED}${kill}`);
}

/** The lower bound of the silence in the longest gap, whose upper bound the gap is; nothing where there may have been none. */
const describeSilence = ({ gapBounds }: Evidence): string =>
  gapBounds && gapBounds.atLeastMs > 0 ? `, silent for at least ${formatSeconds(gapBounds.atLeastMs)} of it` : '';

/** The percentiles of the hold; none where it had no requests, or in a result of an earlier version. */
function describeLatency({ latency }: Evidence): string[] {
  const hold = latency?.hold;
  if (!hold) return [];
  const percentiles = PERCENTILES.map((percent) => `p${percent} ${formatPercentile(hold[`p${percent}`])}`);
  const { requests, answered } = hold;
  return [
    `time to an answer during the hold: ${percentiles.join(', ')}, worst ${formatWorst(hold)} (${formatCount(answered)} of ${formatCount(requests)} requests answered)`,
  ];
}

/** A percentile, for people: `0.03 s`, `no answer` or `too few`. */
export const formatPercentile = ({ state, ms }: LatencyOfPhase['p50']): string =>
  ms !== null ? formatSeconds(ms) : state === 'no-answer' ? 'no answer' : 'too few';

/** The slowest answer of a phase, for people. */
export const formatWorst = ({ worstMs }: LatencyOfPhase): string =>
  worstMs === null ? 'no answer' : formatSeconds(worstMs);

/** The last state of the injection, the plateau of memory, and its distance from the target. */
function describeInjection(evidence: Evidence): string {
  const { injectionState, plateauBytes, plateauErrorPercent } = evidence;
  const parts = [`${nameInjected(evidence).noun} ${injectionState ?? 'not in any sample'}`];
  if (plateauBytes !== null) parts.push(`plateau ${formatBytes(plateauBytes)}`);
  if (plateauBytes !== null && plateauErrorPercent !== null)
    parts.push(`at most ${plateauErrorPercent.toFixed(2)} % off its target`);
  return parts.join(', ');
}

/** A figure that drifts, as a sentence. */
export function describeDrift({ figure, value, previousMedian, previousKernel }: Drift): string {
  const [what, format] = DRIFTING[figure];
  const kernel = previousKernel === undefined ? '' : `; the kernel is another one, and was ${previousKernel}`;
  return `Drifting: ${what(format(value))}, and its median before was ${format(previousMedian)}${kernel}.`;
}

/** An outcome that is another one on this kernel, as a sentence. */
export function describeKernelChange(
  { kernel, outcome }: { readonly kernel?: string | undefined; readonly outcome: string | null },
  before: KernelChange,
): string {
  const on = before.guest === undefined ? `on ${before.kernel}` : `on ${before.kernel} (${before.guest})`;
  return `Kernel ${kernel}: no longer ${before.outcome}, as ${on}, but ${outcome}.`;
}

const answered = (share: string) => (value: string) => `${share} of the requests of the hold took up to ${value}`;

const DRIFTING: Readonly<Record<Drift['figure'], readonly [(value: string) => string, (value: number) => string]>> = {
  longestGapMs: [(value) => `the longest gap is ${value}`, formatSeconds],
  fullStallPercent: [(value) => `the full stall is ${value} of the hold`, formatPercent],
  holdP50Ms: [answered('half'), formatSeconds],
  holdP90Ms: [answered('90 %'), formatSeconds],
  holdP99Ms: [answered('99 %'), formatSeconds],
  brimBytes: [(value) => `the band is ${value} wide`, formatBytes],
};

/** The details of a drill, line by line: the reasons, what to do, and the figures. */
export function describeDetails(run: RunSummary): string[] {
  const { reasons, secondTryOf, drifts = [], error, evidence } = run;
  // The code is what a reader can look for, and the hint is marked as in any other error.
  const lines = reasons.map((reason) => (reason === error?.message ? `${reason} [${error.code}]` : reason));
  if (secondTryOf)
    lines.push(`This is the second try; the first proved nothing. ${secondTryOf.reason || 'Why is not known.'}`);
  if (run.kernelChange) lines.push(describeKernelChange(run, run.kernelChange));
  lines.push(...drifts.map(describeDrift));
  if (error?.hint !== undefined) lines.push(`hint: ${error.hint}`);
  if (run.verdict === 'inconclusive' && run.spoiledByHost) lines.push('hint: Run it again when this machine is quiet.');
  // A reason that tells of a kill says it once.
  if (evidence !== null) lines.push(...describeEvidence(evidence).filter((line) => !isInReasons(line, reasons)));
  return lines;
}

/** The details of a drill, and the path of its record. */
export function describeDetailsAndRecord(run: RunSummary): string[] {
  const details = describeDetails(run);
  return run.record === null ? details : [...details, `record: ${run.record}`];
}

/** The name of a scenario for people, which says whether it is a control. */
export function nameScenario(run: Pick<RunSummary, 'scenario' | 'bundle' | 'server' | 'control'>): string {
  return `${drilledName(run)}${run.control ? ' (control)' : ''}`;
}

/** The name of a run for people: scenario and guest. */
export function nameRun(run: Pick<RunSummary, 'scenario' | 'bundle' | 'server' | 'guest' | 'control'>): string {
  return `${nameScenario(run)} on ${run.guest}`;
}

/** The outcome, with the expected ones if it is not among them: `contained`, or `livelocked, expected contained`. */
export function describeOutcome({ outcome, expected }: Pick<RunSummary, 'outcome' | 'expected'>): string {
  if (outcome === null) return 'no outcome';
  return expected.includes(outcome) ? outcome : `${outcome}, expected ${expected.join(' or ')}`;
}

/** How many processes, cgroups and units were killed, for a cell of a table. */
export function formatKills(evidence: Pick<Evidence, 'kills' | 'oomKills'> | null): string {
  // The kernel counts also those that no log names.
  const counts = [evidence?.kills?.length, evidence?.oomKills].filter((count) => count != null);
  return counts.length === 0 ? '-' : formatCount(Math.max(...counts));
}

/** The longest gap, for a cell of a table. */
export function formatGap(evidence: Pick<Evidence, 'longestGapMs'> | null): string {
  return evidence === null || evidence.longestGapMs === null ? '-' : formatSeconds(evidence.longestGapMs);
}
