import { formatBytes } from '../core/bytes.js';
import { formatSeconds } from '../core/clock.js';
import { formatCount } from '../core/count.js';
import { type Diagnosis, type Explanation, LOOK_AT_UNIT } from './conclusion.js';
import type { SavedEvidence } from './evidence.js';
import { concludeFromKills, describeKills, HELPLESS, showsKill } from './from-kills.js';

/**
 * If all tasks of a cgroup stand still for memory at least this share of the time, in percent, the server answers no
 * client: measured livelocks had 22 to 90 %, contained drills at most 5 %.
 */
const STANDSTILL_PERCENT = 20;

/** How long the clients of the incident wait for an answer: they do not notice a shorter total stall. */
const CLIENT_PATIENCE_MS = 20_000;

/**
 * A cgroup that is throttled or at its brim uses at least this share of its limit: reclaim works in batches of pages.
 */
const AT_THE_LIMIT = 0.95;

/** Finds the outcomes that the numbers of one cgroup show. Only a drill can show whether clients were answered. */
export function diagnose(evidence: SavedEvidence): Diagnosis {
  const { events, pressure, log } = evidence;
  const enough = events.length > 0 || pressure.length > 0 || showsKill(log) || log.isHelpless;
  const { reasons, ...conclusion } = drawConclusion(evidence, countFacts(evidence));
  return {
    enough: enough && !log.isCut,
    ...conclusion,
    reasons: [...new Set([...reasons, ...describeNumbers(evidence)])],
  };
}

function drawConclusion(evidence: SavedEvidence, facts: Facts): Explanation {
  const { log, events } = evidence;
  const standsStill = facts.stall >= STANDSTILL_PERCENT;
  // memory.events counts every kill below its cgroup: if it counts none, the kills in the log were elsewhere or at
  // another time.
  if (standsStill && facts.kills === 0) return concludeStandstill(evidence, facts);
  const killed = concludeFromKills(evidence, facts, standsStill);
  if (killed) return killed;
  if (facts.stalledMs >= CLIENT_PATIENCE_MS && evidence.pressure.length > 1) {
    const why = `All tasks stood still for a total of ${formatSeconds(facts.stalledMs)} between the readings, and do not now. The numbers do not show whether that was one long stall or many short ones.`;
    const scenario =
      facts.high > 0 && isNearLimit(evidence.current, evidence.high) ? '2026-07-02-throttle-livelock' : null;
    return { outcomes: ['livelocked', 'degraded'], reasons: [why], next: LOOK_AT_UNIT, scenario };
  }
  if (facts.high > 0 || facts.max > 0) {
    const why = `The cgroup reached a limit (${formatCount(facts.high)} high, ${formatCount(facts.max)} max), and the numbers show no standstill.`;
    const next =
      'Read memory.events and memory.pressure twice, a minute apart: two readings show whether it continues.';
    return { outcomes: ['degraded', 'contained'], reasons: [why], next, scenario: null };
  }
  const next = events.length === 0 ? 'Save memory.events of the cgroup: it shows the most.' : LOOK_AT_UNIT;
  if (log.isHelpless) return { outcomes: ['livelocked'], reasons: [HELPLESS], next, scenario: null };
  return { outcomes: [], reasons: [explainNoHarm(evidence)], next, scenario: null };
}

function explainNoHarm({ log, events, pressure }: SavedEvidence): string {
  if (log.isCut) return 'The kernel called its OOM killer, and the log ends before it shows the victim.';
  if (events.length === 0 && pressure.length === 0 && log.statements.length > 0)
    return 'These files do not show harm for certain: memory.events and memory.pressure are missing, and no OOM kill is certain.';
  return events.length === 0 && pressure.length === 0
    ? 'These files could not show harm: memory.events and memory.pressure are missing, and no log has a line of a killer that is known here.'
    : 'These numbers show no harm.';
}

/** Concludes from a standstill without a kill; the outcome depends on the limit that caused it. */
function concludeStandstill(evidence: SavedEvidence, facts: Facts): Explanation {
  const { why, ...conclusion } = findStandstill(evidence, facts);
  const reasons = [why];
  if (evidence.log.kills.length > 0)
    reasons.push('memory.events counts none of the kills in the log: they were in another cgroup, or earlier.');
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
      why: 'Above memory.high the kernel throttles every task of the cgroup and kills none: the memory has settled between memory.high and memory.max.',
      next: 'Kill the largest process with SIGKILL to end it; set MemoryHigh=infinity to close the band.',
      scenario: '2026-07-02-throttle-livelock',
    };
  if (facts.max > 0 && isNearLimit(current, max))
    return {
      outcomes: ['livelocked'],
      why: facts.oom > 0 || log.isHelpless ? HELPLESS : describeBrim(current, max),
      next: 'Kill the largest process with SIGKILL to end it.',
      scenario: null,
    };
  return {
    outcomes: ['escaped'],
    why: 'All tasks stand still for memory, and no limit of this cgroup is the cause: a cgroup above it is at its limit, or the whole host thrashes.',
    next: 'Look at the other cgroups with systemd-cgtop -m, and at memory.high and memory.pressure of those above it.',
    scenario: null,
  };
}

function describeBrim(current: number | undefined, max: number | undefined): string {
  const room = current !== undefined && max !== undefined ? `, ${formatBytes(max - current)} below it now` : '';
  return `The brim: at memory.max, reclaim just succeeds with the server's own program text, so nothing is killed${room}.`;
}

/** Whether a cgroup is at a limit; true if its size or the limit is not known. */
function isNearLimit(current: number | undefined, limit: number | undefined): boolean {
  return limit !== Infinity && (current === undefined || limit === undefined || current >= limit * AT_THE_LIMIT);
}

/** Counts between two readings if there are two, otherwise since the cgroup was created. */
interface Facts {
  readonly high: number;
  readonly max: number;
  readonly oom: number;
  /** From memory.events; without it, from the log. */
  readonly kills: number;
  readonly groupKills: number;
  /** The largest average of PSI full, percent. */
  readonly stall: number;
  /** Total time in which all tasks stood still, milliseconds. */
  readonly stalledMs: number;
}

function countFacts({ events, pressure, log }: SavedEvidence): Facts {
  const count = (key: string) => measureGrowth(events.map((reading) => reading[key] ?? 0));
  const full = pressure.at(-1)?.full;
  return {
    high: count('high'),
    max: count('max'),
    oom: count('oom'),
    groupKills: count('oom_group_kill'),
    kills: events.length > 0 ? count('oom_kill') : log.kills.length,
    stall: full ? Math.max(full.avg10, full.avg60, full.avg300) : 0,
    stalledMs: measureGrowth(pressure.map(({ full: { totalUs } }) => totalUs)) / 1_000,
  };
}

const measureGrowth = (readings: readonly number[]): number =>
  (readings.at(-1) ?? 0) - (readings.length > 1 ? (readings[0] ?? 0) : 0);

const describeSpan = (readings: readonly unknown[]): string =>
  readings.length > 1 ? 'between the readings' : 'since the cgroup was created';

/** Describes the saved numbers themselves. */
function describeNumbers(evidence: SavedEvidence): string[] {
  const { events, pressure, stat, current, high, max, log, ignoredFiles } = evidence;
  const facts = countFacts(evidence);
  const numbers: string[] = [];
  if (events.length > 0) numbers.push(describeEvents(events, facts));
  if (pressure.length > 0) numbers.push(describePressure(pressure, facts));
  if (stat.length > 0) numbers.push(describeStat(stat));
  if (current !== undefined) numbers.push(`memory.current is ${formatBytes(current)}${describeLimits(high, max)}.`);
  numbers.push(...describeKills(log));
  if (ignoredFiles.length > 0) numbers.push(`Ignored: ${ignoredFiles.join(', ')}.`);
  return numbers;
}

function describeEvents(events: SavedEvidence['events'], { high, max, kills }: Facts): string {
  const counts = `${formatCount(high)} high, ${formatCount(max)} max, ${formatCount(kills)} oom_kill`;
  return `memory.events ${describeSpan(events)}: ${counts}.`;
}

function describePressure(pressure: SavedEvidence['pressure'], { stall, stalledMs }: Facts): string {
  const total = `a total of ${formatSeconds(stalledMs)} ${describeSpan(pressure)}`;
  return `PSI full: up to ${stall} % of the last 10, 60 or 300 s, ${total}.`;
}

function describeStat(stat: SavedEvidence['stat']): string {
  const { anon = 0, file = 0 } = stat.at(-1) ?? {};
  const refaults = measureGrowth(stat.map(({ workingset_refault_file: pages = 0 }) => pages));
  const memory = `${formatBytes(anon)} anonymous, ${formatBytes(file)} page cache`;
  return `memory.stat: ${memory}, ${formatCount(refaults)} refaults of file pages.`;
}

function describeLimits(high: number | undefined, max: number | undefined): string {
  const limits = Object.entries({ 'memory.high': high, 'memory.max': max }).filter(([, value]) => value !== undefined);
  return limits.map(([name, value]) => `, ${name} ${value === Infinity ? 'none' : formatBytes(value ?? 0)}`).join('');
}
