import type { OomKill } from '../cgroup/oom-kill.js';
import { formatBytes } from '../core/bytes.js';
import { formatSeconds } from '../core/clock.js';
import type { Outcome } from '../record/schema.js';
import type { SavedEvidence } from './evidence.js';

/** What saved numbers show. */
export interface Diagnosis {
  /** False where there is nothing among them that could show harm. */
  readonly enough: boolean;
  /** Outcomes that fit them; empty where they show no harm, or too little. */
  readonly outcomes: readonly Outcome[];
  /** Why, in sentences. */
  readonly reasons: readonly string[];
  /** What would tell more. */
  readonly next: string;
  /** The scenario that reproduces it, where there is one. */
  readonly scenario: string | null;
}

/**
 * From this share of time on in which all tasks of a cgroup stood still for memory, in percent, nobody is served: the livelocks that were measured
 * had 22 to 90 %, contained drills at most 5 %.
 */
const STANDSTILL_PERCENT = 20;

/** As long as the incident's clients wait: a stall of less, in all, was no silence to them. */
const CLIENT_PATIENCE_MS = 20_000;

/** A cgroup that is throttled or at its brim is no further from its limit than that: it gives way by batches of pages. */
const AT_THE_LIMIT = 0.95;

const LOOK_AT_UNIT =
  'systemctl show UNIT -p ActiveState,Result,NRestarts,OOMPolicy tells whether the server outlived it.';

type Explanation = Omit<Diagnosis, 'enough'>;

/** Says which outcome the numbers of one cgroup show. Clients are not in them: whether anybody was answered only a drill tells. */
export function diagnose(evidence: SavedEvidence): Diagnosis {
  const { events, pressure, log } = evidence;
  const enough = events.length > 0 || pressure.length > 0 || log.kills.length > 0 || log.isHelpless;
  const { reasons, ...conclusion } = drawConclusion(evidence, countFacts(evidence));
  return { enough: enough && !log.isCut, ...conclusion, reasons: [...reasons, ...describeNumbers(evidence)] };
}

function drawConclusion(evidence: SavedEvidence, facts: Facts): Explanation {
  const { log, events } = evidence;
  const standsStill = facts.stall >= STANDSTILL_PERCENT;
  // memory.events counts every kill below its cgroup: where it counts none, those of the log were elsewhere or at another time.
  if (standsStill && facts.kills === 0) return concludeStandstill(evidence, facts);
  const box = log.kills.find(({ constraint }) => constraint !== 'CONSTRAINT_MEMCG');
  if (box) return concludeBoxKill(box);
  if (facts.groupKills > 0 || log.groups.length > 0) {
    const why = 'memory.oom.group is on: the kernel killed all tasks of the cgroup together, the server with them.';
    return { outcomes: ['unit-stopped'], reasons: [why], next: LOOK_AT_UNIT, scenario: null };
  }
  if (facts.kills > 0 || log.kills.length > 0) return concludeKill(evidence, facts, standsStill);
  if (facts.stalledMs >= CLIENT_PATIENCE_MS && evidence.pressure.length > 1) {
    const why = `All tasks stood still for ${formatSeconds(facts.stalledMs)} in all between the readings, and do not now. Whether at a stretch or in pieces the numbers do not say.`;
    const scenario =
      facts.high > 0 && isNearLimit(evidence.current, evidence.high) ? '2026-07-02-throttle-livelock' : null;
    return { outcomes: ['livelocked', 'degraded'], reasons: [why], next: LOOK_AT_UNIT, scenario };
  }
  if (facts.high > 0 || facts.max > 0) {
    const why = `The cgroup was held at a limit (${formatCount(facts.high)} high, ${formatCount(facts.max)} max), and no standstill shows.`;
    const next = 'Two readings of memory.events and memory.pressure, a minute apart, tell whether it goes on.';
    return { outcomes: ['degraded', 'contained'], reasons: [why], next, scenario: null };
  }
  const next = events.length === 0 ? 'memory.events of the cgroup is what tells most.' : LOOK_AT_UNIT;
  if (log.isHelpless) return { outcomes: ['livelocked'], reasons: [HELPLESS], next, scenario: null };
  return { outcomes: [], reasons: [explainNoHarm(evidence)], next, scenario: null };
}

function explainNoHarm({ log, events, pressure }: SavedEvidence): string {
  if (log.isCut) return 'The kernel called its OOM killer, and the log ends before it says whom it killed.';
  return events.length === 0 && pressure.length === 0
    ? 'Nothing here could show harm: neither memory.events nor memory.pressure is given, and no kill is logged.'
    : 'These numbers show no harm.';
}

const HELPLESS =
  'The kernel called its OOM killer, and it found nobody whom it may kill: all tasks there have an OOMScoreAdjust of -1000.';

function concludeBoxKill({ constraint, comm, pid }: OomKill): Explanation {
  // CONSTRAINT_CPUSET and CONSTRAINT_MEMORY_POLICY (Linux, include/linux/oom.h).
  const what =
    constraint === 'CONSTRAINT_NONE'
      ? 'The whole box ran out of memory, not a cgroup at its limit'
      : `The NUMA nodes that a task may use ran out of memory (${constraint}), not a cgroup at its limit`;
  const why = `${what}: the kernel killed ${comm} (PID ${pid}).`;
  return { outcomes: ['escaped', 'collateral-kill'], reasons: [why], next: LOOK_AT_UNIT, scenario: null };
}

function concludeKill({ events }: SavedEvidence, { kills }: Facts, standsStill: boolean): Explanation {
  const why = standsStill
    ? 'The kernel killed in this cgroup, and its tasks stand still all the same: the kill may be an old one. A second reading tells.'
    : events.length > 0 && kills === 0
      ? 'The log has a kill at a limit, and memory.events counts none: it was in another cgroup, or this one was made anew since, as by a restart of its unit.'
      : 'The kernel killed in this cgroup at its limit. The numbers do not say what became of the others.';
  return {
    outcomes: standsStill ? ['livelocked', 'contained'] : ['contained', 'unit-stopped', 'collateral-kill'],
    reasons: [why],
    next: LOOK_AT_UNIT,
    scenario: 'runaway-past-max',
  };
}

/** All stand still and nobody is killed: at which limit? */
function concludeStandstill(evidence: SavedEvidence, facts: Facts): Explanation {
  const { why, ...conclusion } = findStandstill(evidence, facts);
  const reasons = [why];
  if (evidence.log.kills.length > 0)
    reasons.push('memory.events counts none of the kills in the log: they were elsewhere, or before.');
  return { ...conclusion, reasons };
}

function findStandstill(
  evidence: SavedEvidence,
  facts: Facts,
): Omit<Explanation, 'reasons'> & { readonly why: string } {
  const { current, high, max, log } = evidence;
  if (facts.high > 0 && isNearLimit(current, high))
    return {
      outcomes: ['livelocked'],
      why: 'Above memory.high the kernel throttles every task of the cgroup, and kills none: the hog rests between memory.high and memory.max.',
      next: 'SIGKILL of the largest process ends it; MemoryHigh=infinity closes the band.',
      scenario: '2026-07-02-throttle-livelock',
    };
  if (facts.max > 0 && isNearLimit(current, max))
    return {
      outcomes: ['livelocked'],
      why: facts.oom > 0 || log.isHelpless ? HELPLESS : describeBrim(current, max),
      next: 'SIGKILL of the largest process ends it.',
      scenario: null,
    };
  return {
    outcomes: ['escaped'],
    why: 'All tasks stand still for memory, and no limit of this cgroup is the cause: one of a cgroup above it, or the box as a whole thrashes.',
    next: 'Look at the other cgroups: systemd-cgtop -m, and memory.high and memory.pressure of those above it.',
    scenario: null,
  };
}

function describeBrim(current: number | undefined, max: number | undefined): string {
  const room = current !== undefined && max !== undefined ? `, ${formatBytes(max - current)} below it now` : '';
  return `The brim: at memory.max reclaim just succeeds, by the server's own text, so nothing is killed${room}.`;
}

/** Whether a cgroup is at a limit, as far as both are known. */
function isNearLimit(current: number | undefined, limit: number | undefined): boolean {
  return limit !== Infinity && (current === undefined || limit === undefined || current >= limit * AT_THE_LIMIT);
}

interface Facts {
  readonly high: number;
  readonly max: number;
  readonly oom: number;
  /** By memory.events; where that is not given, by the log. */
  readonly kills: number;
  readonly groupKills: number;
  /** Largest of the averages of PSI full, percent. */
  readonly stall: number;
  /** Time that all tasks stood still, milliseconds. */
  readonly stalledMs: number;
}

/** Between two readings where there are two, else since the cgroup was made. */
function countFacts({ events, pressure, log }: SavedEvidence): Facts {
  const grown = (key: string) => measureGrowth(events.map((reading) => reading[key] ?? 0));
  const full = pressure.at(-1)?.full;
  return {
    high: grown('high'),
    max: grown('max'),
    oom: grown('oom'),
    groupKills: grown('oom_group_kill'),
    kills: events.length > 0 ? grown('oom_kill') : log.kills.length,
    stall: full ? Math.max(full.avg10, full.avg60, full.avg300) : 0,
    stalledMs: measureGrowth(pressure.map(({ full: { totalUs } }) => totalUs)) / 1_000,
  };
}

const measureGrowth = (readings: readonly number[]): number =>
  (readings.at(-1) ?? 0) - (readings.length > 1 ? (readings[0] ?? 0) : 0);

const formatCount = (value: number): string => value.toLocaleString('en');

const describeSpan = (readings: readonly unknown[]): string =>
  readings.length > 1 ? 'between the readings' : 'since the cgroup was made';

/** The numbers themselves, of what was saved. */
function describeNumbers(evidence: SavedEvidence): string[] {
  const { events, pressure, stat, current, high, max, log, passedOver } = evidence;
  const facts = countFacts(evidence);
  const numbers: string[] = [];
  if (events.length > 0) numbers.push(describeEvents(events, facts));
  if (pressure.length > 0) numbers.push(describePressure(pressure, facts));
  if (stat.length > 0) numbers.push(describeStat(stat));
  if (current !== undefined) numbers.push(`memory.current is ${formatBytes(current)}${describeLimits(high, max)}.`);
  for (const kill of log.kills) numbers.push(describeKill(kill));
  for (const group of log.groups) numbers.push(`The kernel killed all tasks in ${group} together (memory.oom.group).`);
  if (passedOver.length > 0) numbers.push(`Passed over: ${passedOver.join(', ')}.`);
  return numbers;
}

function describeEvents(events: SavedEvidence['events'], { high, max, kills }: Facts): string {
  const counts = `${formatCount(high)} high, ${formatCount(max)} max, ${formatCount(kills)} oom_kill`;
  return `memory.events ${describeSpan(events)}: ${counts}.`;
}

function describePressure(pressure: SavedEvidence['pressure'], { stall, stalledMs }: Facts): string {
  const inAll = `${formatSeconds(stalledMs)} in all ${describeSpan(pressure)}`;
  return `PSI full: up to ${stall} % of the last 10, 60 or 300 s, ${inAll}.`;
}

function describeStat(stat: SavedEvidence['stat']): string {
  const { anon = 0, file = 0 } = stat.at(-1) ?? {};
  const refaults = measureGrowth(stat.map(({ workingset_refault_file: pages = 0 }) => pages));
  const memory = `${formatBytes(anon)} anonymous, ${formatBytes(file)} page cache`;
  return `memory.stat: ${memory}, ${formatCount(refaults)} refaults of file pages.`;
}

function describeKill({ comm, pid, memcg }: OomKill): string {
  return `The kernel killed ${comm} (PID ${pid})${memcg ? ` for the limit of ${memcg}` : ''}.`;
}

function describeLimits(high: number | undefined, max: number | undefined): string {
  const limits = Object.entries({ 'memory.high': high, 'memory.max': max }).filter(([, value]) => value !== undefined);
  return limits.map(([name, value]) => `, ${name} ${value === Infinity ? 'none' : formatBytes(value ?? 0)}`).join('');
}
