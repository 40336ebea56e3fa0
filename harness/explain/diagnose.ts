import type { OomKill } from '../cgroup/oom-kill.js';
import { formatBytes } from '../core/bytes.js';
import { formatSeconds } from '../core/clock.js';
import type { Outcome } from '../record/schema.js';
import type { Evidence } from './evidence.js';

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
const SILENCE_MS = 20_000;

/** A cgroup that is throttled or at its brim is no further from its limit than that: it gives way by batches of pages. */
const AT_THE_LIMIT = 0.95;

const LOOK_AT_UNIT =
  'systemctl show UNIT -p ActiveState,Result,NRestarts,OOMPolicy tells whether the server outlived it.';

type Conclusion = Omit<Diagnosis, 'enough'>;

/** Says which outcome the numbers of one cgroup show. Clients are not in them: whether anybody was answered only a drill tells. */
export function diagnose(evidence: Evidence): Diagnosis {
  const { events, pressure, log } = evidence;
  const enough = events.length > 0 || pressure.length > 0 || log.kills.length > 0 || log.isHelpless;
  const { reasons, ...conclusion } = conclusionOf(evidence, factsOf(evidence));
  return { enough: enough && !log.isCut, ...conclusion, reasons: [...reasons, ...sentences(evidence)] };
}

function conclusionOf(evidence: Evidence, facts: Facts): Conclusion {
  const { log, events } = evidence;
  const standsStill = facts.stall >= STANDSTILL_PERCENT;
  // memory.events counts every kill below its cgroup: where it counts none, those of the log were elsewhere or at another time.
  if (standsStill && facts.kills === 0) return standstill(evidence, facts);
  const box = log.kills.find(({ constraint }) => constraint !== 'CONSTRAINT_MEMCG');
  if (box) return boxKill(box);
  if (facts.groupKills > 0 || log.groups.length > 0) {
    const why = 'memory.oom.group is on: the kernel killed all tasks of the cgroup together, the server with them.';
    return { outcomes: ['unit-stopped'], reasons: [why], next: LOOK_AT_UNIT, scenario: null };
  }
  if (facts.kills > 0 || log.kills.length > 0) return kill(evidence, facts, standsStill);
  if (facts.stalledMs >= SILENCE_MS && evidence.pressure.length > 1) {
    const why = `All tasks stood still for ${formatSeconds(facts.stalledMs)} in all between the readings, and do not now. Whether at a stretch or in pieces the numbers do not say.`;
    const scenario = facts.high > 0 && isAt(evidence.current, evidence.high) ? '2026-07-02-throttle-livelock' : null;
    return { outcomes: ['livelocked', 'degraded'], reasons: [why], next: LOOK_AT_UNIT, scenario };
  }
  if (facts.high > 0 || facts.max > 0) {
    const why = `The cgroup was held at a limit (${count(facts.high)} high, ${count(facts.max)} max), and no standstill shows.`;
    const next = 'Two readings of memory.events and memory.pressure, a minute apart, tell whether it goes on.';
    return { outcomes: ['degraded', 'contained'], reasons: [why], next, scenario: null };
  }
  const next = events.length === 0 ? 'memory.events of the cgroup is what tells most.' : LOOK_AT_UNIT;
  if (log.isHelpless) return { outcomes: ['livelocked'], reasons: [HELPLESS], next, scenario: null };
  return { outcomes: [], reasons: [noHarm(evidence)], next, scenario: null };
}

function noHarm({ log, events, pressure }: Evidence): string {
  if (log.isCut) return 'The kernel called its OOM killer, and the log ends before it says whom it killed.';
  return events.length === 0 && pressure.length === 0
    ? 'Nothing here could show harm: neither memory.events nor memory.pressure is given, and no kill is logged.'
    : 'These numbers show no harm.';
}

const HELPLESS =
  'The kernel called its OOM killer, and it found nobody whom it may kill: all tasks there have an OOMScoreAdjust of -1000.';

function boxKill({ constraint, comm, pid }: OomKill): Conclusion {
  // CONSTRAINT_CPUSET and CONSTRAINT_MEMORY_POLICY (Linux, include/linux/oom.h).
  const what =
    constraint === 'CONSTRAINT_NONE'
      ? 'The whole box ran out of memory, not a cgroup at its limit'
      : `The NUMA nodes that a task may use ran out of memory (${constraint}), not a cgroup at its limit`;
  const why = `${what}: the kernel killed ${comm} (PID ${pid}).`;
  return { outcomes: ['escaped', 'collateral-kill'], reasons: [why], next: LOOK_AT_UNIT, scenario: null };
}

function kill({ events }: Evidence, { kills }: Facts, standsStill: boolean): Conclusion {
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
function standstill({ current, high, max, log }: Evidence, facts: Facts): Conclusion {
  const context =
    log.kills.length === 0
      ? []
      : ['memory.events counts none of the kills in the log: they were elsewhere, or before.'];
  if (facts.high > 0 && isAt(current, high)) {
    const why =
      'Above memory.high the kernel throttles every task of the cgroup, and kills none: the hog rests between memory.high and memory.max.';
    return {
      outcomes: ['livelocked'],
      reasons: [why, ...context],
      scenario: '2026-07-02-throttle-livelock',
      next: 'SIGKILL of the largest process ends it; MemoryHigh=infinity closes the band.',
    };
  }
  if (facts.max > 0 && isAt(current, max)) {
    const room = current !== undefined && max !== undefined ? `, ${formatBytes(max - current)} below it now` : '';
    const why =
      facts.oom > 0 || log.isHelpless
        ? HELPLESS
        : `The brim: at memory.max reclaim just succeeds, by the server's own text, so nothing is killed${room}.`;
    const next = 'SIGKILL of the largest process ends it.';
    return { outcomes: ['livelocked'], reasons: [why, ...context], next, scenario: null };
  }
  const why =
    'All tasks stand still for memory, and no limit of this cgroup is the cause: one of a cgroup above it, or the box as a whole thrashes.';
  return {
    outcomes: ['escaped'],
    reasons: [why, ...context],
    scenario: null,
    next: 'Look at the other cgroups: systemd-cgtop -m, and memory.high and memory.pressure of those above it.',
  };
}

/** Whether a cgroup is at a limit, as far as both are known. */
function isAt(current: number | undefined, limit: number | undefined): boolean {
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
function factsOf({ events, pressure, log }: Evidence): Facts {
  const grown = (key: string) => growth(events.map((reading) => reading[key] ?? 0));
  const full = pressure.at(-1)?.full;
  return {
    high: grown('high'),
    max: grown('max'),
    oom: grown('oom'),
    groupKills: grown('oom_group_kill'),
    kills: events.length > 0 ? grown('oom_kill') : log.kills.length,
    stall: full ? Math.max(full.avg10, full.avg60, full.avg300) : 0,
    stalledMs: growth(pressure.map(({ full: { totalUs } }) => totalUs)) / 1_000,
  };
}

const growth = (readings: readonly number[]): number =>
  (readings.at(-1) ?? 0) - (readings.length > 1 ? (readings[0] ?? 0) : 0);

const count = (value: number): string => value.toLocaleString('en');

const span = (readings: readonly unknown[]): string =>
  readings.length > 1 ? 'between the readings' : 'since the cgroup was made';

/** The numbers themselves. */
function sentences(evidence: Evidence): string[] {
  const { events, pressure, stat, current, high, max, log, passedOver } = evidence;
  const { stall, stalledMs, ...counted } = factsOf(evidence);
  const last = stat.at(-1);
  const refaults = growth(stat.map(({ workingset_refault_file: pages = 0 }) => pages));
  return [
    ...(events.length > 0
      ? [
          `memory.events ${span(events)}: ${count(counted.high)} high, ${count(counted.max)} max, ${count(counted.kills)} oom_kill.`,
        ]
      : []),
    ...(pressure.length > 0
      ? [
          `PSI full: up to ${stall} % of the last 10, 60 or 300 s, ${formatSeconds(stalledMs)} in all ${span(pressure)}.`,
        ]
      : []),
    ...(last
      ? [
          `memory.stat: ${formatBytes(last.anon ?? 0)} anonymous, ${formatBytes(last.file ?? 0)} page cache, ${count(refaults)} refaults of file pages.`,
        ]
      : []),
    ...(current === undefined ? [] : [`memory.current is ${formatBytes(current)}${against(high, max)}.`]),
    ...log.kills.map(
      ({ comm, pid, memcg }) => `The kernel killed ${comm} (PID ${pid})${memcg ? ` for the limit of ${memcg}` : ''}.`,
    ),
    ...log.groups.map((group) => `The kernel killed all tasks in ${group} together (memory.oom.group).`),
    ...(passedOver.length === 0 ? [] : [`Passed over: ${passedOver.join(', ')}.`]),
  ];
}

function against(high: number | undefined, max: number | undefined): string {
  const limits = Object.entries({ 'memory.high': high, 'memory.max': max }).filter(([, value]) => value !== undefined);
  return limits.map(([name, value]) => `, ${name} ${value === Infinity ? 'none' : formatBytes(value ?? 0)}`).join('');
}
