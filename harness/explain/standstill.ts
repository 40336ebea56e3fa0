import { formatBytes } from '../core/bytes.js';
import { formatSeconds } from '../core/clock.js';
import { formatCount } from '../core/count.js';
import { type Explanation, LOOK_AT_UNIT } from './conclusion.js';
import type { SavedEvidence } from './evidence.js';
import { type Facts, hasCounters, isAtLimit, MUCH_MORE, whereReached } from './facts.js';
import { HELPLESS } from './from-kills.js';
import type { BlockedTask } from './quiet-log.js';

/**
 * If all tasks of a cgroup stand still for memory at least this share of the time, in percent, the server answers no
 * client: measured livelocks had 22 to 90 %, contained drills at most 5 %.
 */
export const STANDSTILL_PERCENT = 20;

/** How long the clients of the incident wait for an answer: they do not notice a shorter total stall. */
const CLIENT_PATIENCE_MS = 20_000;

/**
 * A cgroup that is over memory.high by this share or more is kept there by force: each batch of pages costs a task 0.6 s,
 * from a sixth on 2 s (Linux 5.7, mm/memcontrol.c, calculate_high_delay: the square of the overage, times 64 s).
 */
const FAR_OVER = 1.1;

const SCENARIO = '2026-07-02-throttle-livelock';
const END_IT = 'Kill the largest process with SIGKILL to end it';
const SAVE_PRESSURE = 'Save memory.pressure of the cgroup: it shows whether its tasks stand still.';

/** Finds the outcomes of a standstill that PSI shows, or undefined if it shows none. */
export function concludeStandstill(evidence: SavedEvidence, facts: Facts): Explanation | undefined {
  if (facts.stall === undefined || facts.stall < STANDSTILL_PERCENT) return undefined;
  const conclusion = findLimit(evidence, facts);
  if (evidence.log.kills.length === 0) return conclusion;
  const why = 'memory.events counts none of the kills in the log: they were in another cgroup, or earlier.';
  return { ...conclusion, reasons: [...conclusion.reasons, why] };
}

/** The outcome of a standstill depends on the limit that causes it: the counters that grew, and the distance to it. */
function findLimit(evidence: SavedEvidence, facts: Facts): Explanation {
  const limit = limitOf(evidence, facts);
  const below = limitsBelow(evidence, facts, limit);
  if (below.length > 0) return standstillBelow(below);
  switch (limit) {
    case 'high':
      return atHigh(
        'Above memory.high the kernel throttles every task of the cgroup and kills none: the memory has settled between memory.high and memory.max.',
      );
    case 'max':
      return atMax(evidence, facts);
    case 'undecided':
      return atSomeLimit(facts);
    case 'none':
      return mayBeBelow(evidence, facts) ? fromBelowOrAbove() : fromElsewhere();
    default:
      return withUnknownLimit(evidence);
  }
}

type Limit = 'high' | 'max' | 'undecided' | 'none' | undefined;

/** The limits that are the cause and that cgroups below have; empty if the cause may be one of the cgroup itself. */
function limitsBelow(evidence: SavedEvidence, facts: Facts, limit: Limit): ('high' | 'max')[] {
  const reached = whereReached(evidence, facts);
  if (limit === 'high' || limit === 'max') return reached[limit] === 'below' ? [limit] : [];
  const below = (['high', 'max'] as const).filter((each) => reached[each] === 'below');
  const isHere = limit !== 'none' && Object.values(reached).some((place) => place === 'here' || place === 'open');
  return isHere ? [] : below;
}

/** Whether a limit of a cgroup below may be the cause. */
const mayBeBelow = (evidence: SavedEvidence, facts: Facts): boolean =>
  Object.values(whereReached(evidence, facts)).includes('open');

/** Which limit the cgroup is at. Undefined if nothing says whether it is at one. */
function limitOf({ current, high, max }: SavedEvidence, facts: Facts): Limit {
  const [isHigh, isMax] = [isAtLimit(current, high), isAtLimit(current, max)];
  const mayBeHigh = isHigh !== false && facts.high !== 0;
  const mayBeMax = isMax !== false && facts.max !== 0;
  if (!mayBeHigh && !mayBeMax) return 'none';
  // Distances decide first: they are of the present, and the counters may be of the past.
  if (isHigh && mayBeHigh && !(isMax && mayBeMax)) return 'high';
  if (isMax && mayBeMax && !(isHigh && mayBeHigh)) return 'max';
  if (facts.high === undefined || facts.max === undefined) return isHigh || isMax ? 'undecided' : undefined;
  if (!mayBeMax || facts.high >= facts.max * MUCH_MORE) return 'high';
  if (!mayBeHigh || facts.max >= facts.high * MUCH_MORE) return 'max';
  return 'undecided';
}

function atHigh(why: string): Explanation {
  const next = `${END_IT}; set MemoryHigh=infinity to close the band.`;
  return { outcomes: ['livelocked'], reasons: [why], next, scenario: SCENARIO };
}

function atMax({ current, max, log }: SavedEvidence, { oom }: Facts): Explanation {
  const isHelpless = (oom !== undefined && oom > 0) || log.isHelpless;
  const why = isHelpless ? HELPLESS : describeBrim(current, max);
  return { outcomes: ['livelocked'], reasons: [why], next: `${END_IT}.`, scenario: null };
}

function describeBrim(current: number | undefined, max: number | undefined): string {
  const room = current !== undefined && max !== undefined ? `, ${formatBytes(max - current)} below it now` : '';
  return `The brim: at memory.max, reclaim just succeeds with the server's own program text, so nothing is killed${room}.`;
}

function atSomeLimit({ high, max }: Facts): Explanation {
  const counters =
    high === undefined || max === undefined ? '' : ` (${formatCount(high)} high, ${formatCount(max)} max)`;
  const why = `All tasks stand still for memory. Whether memory.high or memory.max is the cause, these numbers do not decide${counters}.`;
  const next = `${END_IT}. Save memory.events twice, a minute apart, with memory.current, memory.high and memory.max: the limit is the one whose counter grows.`;
  return { outcomes: ['livelocked'], reasons: [why], next, scenario: null };
}

function standstillBelow(limits: readonly ('high' | 'max')[]): Explanation {
  const why = `All tasks stand still for memory, and the limit is one below this cgroup: memory.events, which counts those below it, has ${limits.join(' and ')} events, and the cgroup itself has none, or no such limit.`;
  const next = 'Look at memory.pressure, memory.current, memory.high and memory.max of the cgroups below it.';
  return { outcomes: ['livelocked'], reasons: [why], next, scenario: null };
}

function fromBelowOrAbove(): Explanation {
  const why =
    'All tasks stand still for memory, and this cgroup is at no limit of its own. A cgroup below it, one above it or the whole host may be: these numbers do not decide.';
  const next =
    'Save memory.events and memory.pressure of this cgroup and of those below it: a limit that is reached there is counted in them.';
  return { outcomes: ['livelocked', 'escaped'], reasons: [why], next, scenario: null };
}

function fromElsewhere(): Explanation {
  const why =
    'All tasks stand still for memory, and no limit of this cgroup is the cause: a cgroup above it is at its limit, or the whole host thrashes.';
  const next =
    'Look at the other cgroups with systemd-cgtop -m, and at memory.high and memory.pressure of those above it.';
  return { outcomes: ['escaped'], reasons: [why], next, scenario: null };
}

function withUnknownLimit(evidence: SavedEvidence): Explanation {
  const missing = hasCounters(evidence) ? 'memory.events is not complete' : 'memory.events is missing';
  const why = `All tasks stand still for memory. Whether a limit of this cgroup is the cause is unknown: ${missing}.`;
  const next =
    "Save the output of grep '' memory.* in the folder of the cgroup: its counters and its size show the limit.";
  return { outcomes: ['livelocked', 'escaped'], reasons: [why], next, scenario: null };
}

/** What shows a standstill where PSI is unknown, or no longer shows it; undefined if nothing does. */
export function concludeLikelyStandstill(evidence: SavedEvidence, facts: Facts): Explanation | undefined {
  return (
    concludePastStall(evidence, facts) ?? (facts.stall === undefined ? concludeWithoutFull(evidence, facts) : undefined)
  );
}

function concludePastStall(evidence: SavedEvidence, { stalledMs, high }: Facts): Explanation | undefined {
  if (evidence.pressure.length < 2 || stalledMs === undefined || stalledMs < CLIENT_PATIENCE_MS) return undefined;
  const why = `All tasks stood still for a total of ${formatSeconds(stalledMs)} between the readings, and do not now. The numbers do not show whether that was one long stall or many short ones.`;
  const isHigh = high !== undefined && high > 0 && isAtLimit(evidence.current, evidence.high) !== false;
  return {
    outcomes: ['livelocked', 'degraded'],
    reasons: [why],
    next: LOOK_AT_UNIT,
    scenario: isHigh ? SCENARIO : null,
  };
}

/** What is missing of PSI if it is not known how long all tasks stood still. */
export const nameMissingPressure = (someStall: number | undefined): string =>
  someStall === undefined ? 'memory.pressure is missing' : 'the line full of memory.pressure is missing';

/** Without the line `full` it is unknown how long all tasks stood still at once; other numbers may tell enough. */
function concludeWithoutFull(evidence: SavedEvidence, facts: Facts): Explanation | undefined {
  const { current, currentBefore, high } = evidence;
  const unknown = nameMissingPressure(facts.someStall);
  const reasons: string[] = [];
  if (facts.someStall !== undefined && facts.someStall >= STANDSTILL_PERCENT)
    reasons.push(
      `At least one task waited for memory for up to ${facts.someStall} % of the time. Whether all did at once is unknown: ${unknown}.`,
    );
  const isFarOver = isFar(current, high) && (currentBefore === undefined || isFar(currentBefore, high));
  if (isFarOver && facts.high !== 0) reasons.unshift(describeOverHigh(evidence, unknown));
  if (reasons.length > 0)
    return {
      outcomes: ['livelocked', 'degraded'],
      reasons,
      next: SAVE_PRESSURE,
      scenario: isFarOver ? SCENARIO : null,
    };
  const limit = limitInReach(evidence, facts);
  if (limit === undefined) return undefined;
  const spared = facts.kills === 0 ? ', and nothing was killed' : '';
  const why = `The cgroup is at ${limit.name}, which it reached ${formatCount(limit.times)} times${spared}. Whether its tasks stand still there is unknown: ${unknown}.`;
  return { outcomes: ['livelocked', 'degraded', 'contained'], reasons: [why], next: SAVE_PRESSURE, scenario: null };
}

function limitInReach({ current, high, max }: SavedEvidence, counts: Facts) {
  if (isAtLimit(current, max) && (counts.max ?? 0) > 0) return { name: 'memory.max', times: counts.max ?? 0 };
  if (isAtLimit(current, high) && (counts.high ?? 0) > 0) return { name: 'memory.high', times: counts.high ?? 0 };
  return undefined;
}

const isFar = (current: number | undefined, high: number | undefined): boolean =>
  current !== undefined && high !== undefined && high > 0 && current >= high * FAR_OVER;

function describeOverHigh({ current = 0, currentBefore, high = 0 }: SavedEvidence, unknown: string): string {
  const share = Math.round((current / high - 1) * 100);
  const still = currentBefore === undefined ? '' : ', and was so at the first reading too';
  return `memory.current is ${share} % over memory.high${still}: so far above it the kernel holds up every task of the cgroup that asks for memory, for up to 2 s each time, and kills none. Whether all tasks stand still is unknown: ${unknown}.`;
}

/**
 * Fewer limits reached than this cannot hold up a cgroup for as long as its clients wait: a task that is throttled sleeps
 * for at most 2 s each time (Linux, mm/memcontrol.c, MEMCG_MAX_HIGH_DELAY_JIFFIES).
 */
const MIN_EVENTS = 10;

/** Whether tasks may stand still at a limit that was reached, as far as size and PSI tell; without PSI that is open. */
export function mayStandStill(evidence: SavedEvidence, facts: Facts): boolean {
  // `full` is never larger than `some`.
  if (facts.stall !== undefined || facts.someStall !== undefined) return false;
  const places = whereReached(evidence, facts);
  return (['high', 'max'] as const).some((name) => {
    const isAway = isAtLimit(evidence.current, evidence[name]) === false && places[name] !== 'below';
    return (facts[name] ?? 0) >= MIN_EVENTS && !isAway;
  });
}

/** The kernel's own words that tasks stand still, if no number says more; undefined without them. */
export function concludeBlocked(blocked: readonly BlockedTask[]): Explanation | undefined {
  const [first] = blocked;
  if (!first) return undefined;
  const waiting = blocked.find(({ waitsIn }) => waitsIn !== undefined);
  const others = blocked.length > 1 ? ` and ${formatCount(blocked.length - 1)} more` : '';
  const standstill = `The kernel saw tasks standing still: ${first.comm} (PID ${first.pid}) for more than ${first.seconds} s${others}.`;
  const why = waiting
    ? `${standstill} ${waiting.comm} waited for memory (${waiting.waitsIn} in its call trace).`
    : `${standstill} What they waited for is open: memory, a disk, or a lock that another task holds.`;
  const next =
    'Save memory.events and memory.pressure of the cgroup, and /proc/pressure/io: they show whether memory or a disk is the cause.';
  return { outcomes: waiting ? ['livelocked'] : ['livelocked', 'starved'], reasons: [why], next, scenario: null };
}
