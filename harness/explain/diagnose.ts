import { formatBytes } from '../core/bytes.js';
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

const LOOK_AT_UNIT =
  'systemctl show UNIT -p ActiveState,Result,NRestarts,OOMPolicy tells whether the server outlived it.';

/** Says which outcome the numbers of one cgroup show. Clients are not in them: whether anybody was answered only a drill tells. */
export function diagnose(evidence: Evidence): Diagnosis {
  const { events, pressure, kills, killMissing } = evidence;
  const enough = events.length > 0 || pressure.length > 0 || kills.length > 0;
  return { enough: enough && !killMissing, ...conclusionOf(evidence) };
}

function conclusionOf(evidence: Evidence): Omit<Diagnosis, 'enough'> {
  const facts = factsOf(evidence);
  const { high, max, oomKills, groupKills, stall } = facts;
  const reasons = sentences(evidence, facts);
  const box = evidence.kills.find(({ constraint }) => constraint !== 'CONSTRAINT_MEMCG');
  if (box) {
    const why = `The whole box ran out of memory, not a cgroup at its limit: the kernel killed ${box.comm} (PID ${box.pid}).`;
    return { outcomes: ['escaped', 'collateral-kill'], reasons: [why, ...reasons], next: LOOK_AT_UNIT, scenario: null };
  }
  if (stall >= STANDSTILL_PERCENT && oomKills === 0) return standstill(evidence, facts, reasons);
  if (groupKills > 0) {
    const why = 'memory.oom.group is on: the kernel killed all tasks of the cgroup together, the server with them.';
    return { outcomes: ['unit-stopped'], reasons: [why, ...reasons], next: LOOK_AT_UNIT, scenario: null };
  }
  if (oomKills > 0) {
    const stalled = stall >= STANDSTILL_PERCENT;
    const why = stalled
      ? 'The kernel killed in this cgroup, and its tasks stand still all the same: the kill may be an old one. A second reading tells.'
      : 'The kernel killed in this cgroup at its limit. The numbers do not say what became of the others.';
    const outcomes: Outcome[] = stalled
      ? ['livelocked', 'contained']
      : ['contained', 'unit-stopped', 'collateral-kill'];
    return { outcomes, reasons: [why, ...reasons], next: LOOK_AT_UNIT, scenario: 'runaway-past-max' };
  }
  if (high > 0 || max > 0) {
    const why = `The cgroup was held at a limit (${high.toLocaleString('en')} high, ${max.toLocaleString('en')} max), and no standstill shows.`;
    const next = 'Two readings of memory.events and memory.pressure, a minute apart, tell whether it goes on.';
    return { outcomes: ['degraded', 'contained'], reasons: [why, ...reasons], next, scenario: null };
  }
  const next = evidence.events.length === 0 ? 'memory.events of the cgroup is what tells most.' : LOOK_AT_UNIT;
  const why = evidence.killMissing
    ? 'The kernel called its OOM killer, and the log ends before it says whom it killed.'
    : evidence.events.length === 0 && evidence.pressure.length === 0
      ? 'Nothing here could show harm: neither memory.events nor memory.pressure is given, and no kill is logged.'
      : 'These numbers show no harm.';
  return { outcomes: [], reasons: [why, ...reasons], next, scenario: null };
}

/** All stand still and nobody is killed: at which limit? */
function standstill(evidence: Evidence, { high, max }: Facts, reasons: readonly string[]): Omit<Diagnosis, 'enough'> {
  const { current, max: limit } = evidence;
  if (high > 0) {
    return {
      outcomes: ['livelocked'],
      reasons: [
        'Above memory.high the kernel throttles every task of the cgroup, and kills none: the hog rests between memory.high and memory.max.',
        ...reasons,
      ],
      next: 'SIGKILL of the largest process ends it; MemoryHigh=infinity closes the band.',
      scenario: '2026-07-02-throttle-livelock',
    };
  }
  if (max > 0) {
    const room = current !== undefined && limit !== undefined ? `, ${formatBytes(limit - current)} below it now` : '';
    return {
      outcomes: ['livelocked'],
      reasons: [
        `The brim: at memory.max reclaim just succeeds, by the server's own text, so nothing is killed${room}.`,
        ...reasons,
      ],
      next: 'SIGKILL of the largest process ends it.',
      scenario: null,
    };
  }
  return {
    outcomes: ['escaped'],
    reasons: [
      'All tasks stand still for memory, and no limit of this cgroup is the cause: the box as a whole thrashes.',
      ...reasons,
    ],
    next: 'Look at the other cgroups: systemd-cgtop -m, and memory.pressure of the root.',
    scenario: null,
  };
}

interface Facts {
  readonly high: number;
  readonly max: number;
  /** By memory.events. */
  readonly counted: number;
  /** By memory.events or the kernel's log, whichever knows of more. */
  readonly oomKills: number;
  readonly groupKills: number;
  /** Largest of the averages of PSI full, percent. */
  readonly stall: number;
}

/** Between two readings where there are two, else since the cgroup was made. */
function factsOf({ events, pressure, kills }: Evidence): Facts {
  const grown = (key: string) => (events.at(-1)?.[key] ?? 0) - (events.length > 1 ? (events[0]?.[key] ?? 0) : 0);
  const full = pressure.at(-1)?.full;
  return {
    high: grown('high'),
    max: grown('max'),
    counted: grown('oom_kill'),
    oomKills: Math.max(grown('oom_kill'), kills.length),
    groupKills: grown('oom_group_kill'),
    stall: full ? Math.max(full.avg10, full.avg60, full.avg300) : 0,
  };
}

function sentences({ events, pressure, stat, current, high, max, kills }: Evidence, facts: Facts): string[] {
  const span = events.length > 1 ? 'between the readings' : 'since the cgroup was made';
  const last = stat.at(-1);
  const refaults =
    (last?.workingset_refault_file ?? 0) - (stat.length > 1 ? (stat[0]?.workingset_refault_file ?? 0) : 0);
  const number = (value: number) => value.toLocaleString('en');
  return [
    ...(events.length > 0
      ? [
          `memory.events ${span}: ${number(facts.high)} high, ${number(facts.max)} max, ${number(facts.counted)} oom_kill.`,
        ]
      : []),
    ...(pressure.length > 0 ? [`PSI full: up to ${facts.stall} % of the last 10, 60 or 300 s.`] : []),
    ...(last
      ? [
          `memory.stat: ${formatBytes(last.anon ?? 0)} anonymous, ${formatBytes(last.file ?? 0)} page cache, ${number(refaults)} refaults of file pages.`,
        ]
      : []),
    ...(current === undefined ? [] : [`memory.current is ${formatBytes(current)}${against(high, max)}.`]),
    ...kills.map(
      ({ comm, pid, memcg }) => `The kernel killed ${comm} (PID ${pid})${memcg ? ` for the limit of ${memcg}` : ''}.`,
    ),
  ];
}

function against(high: number | undefined, max: number | undefined): string {
  const limits = Object.entries({ 'memory.high': high, 'memory.max': max }).filter(([, value]) => value !== undefined);
  return limits.map(([name, value]) => `, ${name} ${value === Infinity ? 'none' : formatBytes(value ?? 0)}`).join('');
}
