import { formatCount } from '../core/count.js';
import { type Diagnosis, type Explanation, LOOK_AT_UNIT } from './conclusion.js';
import { concludeCountedKills } from './counted-kills.js';
import { describeNumbers } from './describe.js';
import type { SavedEvidence } from './evidence.js';
import { countFacts, type Facts, hasCounters, whereReached } from './facts.js';
import { concludeFromKills, HELPLESS, showsKill } from './from-kills.js';
import { type DiagnosedCgroup, joinDiagnoses } from './several.js';
import {
  concludeBlocked,
  concludeLikelyStandstill,
  concludeStandstill,
  mayStandStill,
  nameMissingPressure,
  STANDSTILL_PERCENT,
} from './standstill.js';
import { addStuckVictim } from './stuck-victim.js';
import { findBelow } from './tree.js';
import { canShowHarm, concludeV1 } from './v1.js';

/** Finds the outcomes that the saved numbers show. Only a drill can show whether clients were answered. */
export function diagnose(evidence: SavedEvidence): Diagnosis {
  return joinDiagnoses([diagnoseCgroup(evidence), ...evidence.others.map(diagnoseCgroup)]);
}

const diagnoseCgroup = (evidence: SavedEvidence): DiagnosedCgroup => ({
  cgroup: evidence.cgroup,
  diagnosis: diagnoseOne(evidence),
});

/** The same of one cgroup and those below it. */
function diagnoseOne(evidence: SavedEvidence): Diagnosis {
  const facts = countFacts(evidence, evidence.below);
  const { reasons, ...conclusion } = drawConclusion(evidence, facts);
  return {
    enough: (isEnough(evidence) || conclusion.outcomes.length > 0) && !evidence.log.isCut,
    ...conclusion,
    reasons: [...new Set([...reasons, ...describeNumbers(evidence, facts)])],
  };
}

/** Whether there is anything that could show harm. */
function isEnough(evidence: SavedEvidence): boolean {
  const { log, quiet, v1, hostPressure, below } = evidence;
  const isCounted = [evidence, ...below].some((each) => hasCounters(each) || each.pressure.length > 0);
  const isLogged = showsKill(log) || log.isHelpless || (quiet?.blocked.length ?? 0) > 0;
  return isCounted || isLogged || hostPressure.length > 0 || (v1 !== undefined && canShowHarm(v1));
}

function drawConclusion(evidence: SavedEvidence, facts: Facts): Explanation {
  const { log, v1, pressure, below } = evidence;
  const hasNumbers = hasCounters(evidence) || pressure.length > 0 || below.length > 0;
  if (v1 && !hasNumbers && !showsKill(log)) return concludeV1(v1);
  // memory.events counts every kill below its cgroup: if it counts none, the kills in the log were elsewhere or at
  // another time.
  const standstill = findStandstill(evidence, facts);
  if (standstill && (facts.kills ?? log.kills.length) === 0) return standstill;
  return concludeKills(evidence, facts) ?? standstill ?? concludeQuietly(evidence, facts);
}

/** A standstill that PSI shows: of a cgroup below that is at its own limit, or of the cgroup itself. */
function findStandstill(evidence: SavedEvidence, facts: Facts): Explanation | undefined {
  const cause = findBelow(evidence, concludeStandstill);
  return cause?.outcomes[0] === 'livelocked' ? cause : (concludeStandstill(evidence, facts) ?? cause);
}

function concludeKills(evidence: SavedEvidence, facts: Facts): Explanation | undefined {
  const { log, quiet, oomGroup } = evidence;
  const standsStill = facts.stall !== undefined && facts.stall >= STANDSTILL_PERCENT;
  // A group kill that is certainly of a cgroup below says nothing of this one.
  const isBelow = facts.own.groupKills === 0 || (facts.own.groupKills === undefined && oomGroup === false);
  const counts = { kills: facts.kills ?? 0, groupKills: isBelow ? 0 : (facts.groupKills ?? 0) };
  const logged = showsKill(log) || log.groups.length > 0 ? concludeFromKills(evidence, counts, standsStill) : undefined;
  const conclusion = logged ?? concludeCountedKills(evidence, facts, standsStill);
  const blocked = concludeBlocked(quiet?.blocked ?? []);
  if (!conclusion) return undefined;
  const reasons = [...conclusion.reasons, ...(blocked?.reasons ?? [])];
  return addStuckVictim({ ...conclusion, reasons }, evidence);
}

/** From numbers and a log that show neither a kill nor, by PSI, a standstill. */
function concludeQuietly(evidence: SavedEvidence, facts: Facts): Explanation {
  return (
    concludeLikelyStandstill(evidence, facts) ??
    findBelow(evidence, concludeLikelyStandstill) ??
    concludeHelpless(evidence, facts) ??
    concludeBlocked(evidence.quiet?.blocked ?? []) ??
    concludeHost(evidence) ??
    concludeLimitReached(evidence, facts) ??
    concludeNoHarm(evidence, facts)
  );
}

/** The OOM killer was called and killed nothing. */
function concludeHelpless(evidence: SavedEvidence, { oom, kills, stall }: Facts): Explanation | undefined {
  const { log } = evidence;
  const isCounted = oom !== undefined && oom > 0 && kills === 0;
  if (!log.isHelpless && !isCounted) return undefined;
  const next = hasCounters(evidence) ? LOOK_AT_UNIT : SAVE_EVENTS;
  if (log.isHelpless) return { outcomes: ['livelocked'], reasons: [HELPLESS], next, scenario: null };
  const why = `A limit was reached, reclaim failed ${formatCount(oom ?? 0)} times (oom), and nothing was killed: there was no task that the kernel may kill, or the allocations failed instead.`;
  const outcomes = stall === undefined ? (['livelocked', 'degraded'] as const) : (['degraded'] as const);
  return { outcomes, reasons: [why], next, scenario: null };
}

function concludeHost(evidence: SavedEvidence): Explanation | undefined {
  const full = evidence.hostPressure.at(-1)?.full;
  if (!full || Math.max(full.avg10, full.avg60, full.avg300) < STANDSTILL_PERCENT) return undefined;
  const cause = !hasCounters(evidence)
    ? ' The host, or one large cgroup in it: memory.pressure of the cgroups shows which.'
    : '';
  const why = `All tasks of the host stood still for memory for much of the time.${cause}`;
  const next = 'Look at memory.pressure of the cgroups (systemd-cgtop -m shows the large ones).';
  return { outcomes: ['escaped'], reasons: [why], next, scenario: null };
}

function concludeLimitReached(evidence: SavedEvidence, facts: Facts): Explanation | undefined {
  const { high, max, stall, someStall, kills } = facts;
  if ((high ?? 0) === 0 && (max ?? 0) === 0) return undefined;
  const places = Object.values(whereReached(evidence, facts)).filter((place) => place !== 'nowhere');
  const reached = places.every((place) => place === 'below') ? 'A cgroup below it' : 'The cgroup';
  const counters = [
    high === undefined ? '' : `${formatCount(high)} high`,
    max === undefined ? '' : `${formatCount(max)} max`,
  ];
  const stands =
    stall === undefined
      ? `Whether its tasks stood still is unknown: ${nameMissingPressure(someStall)}`
      : 'The numbers show no standstill';
  const unknown = kills === undefined ? '. Whether anything was killed is unknown: memory.events has no oom_kill' : '';
  const why = `${reached} reached a limit (${counters.filter(Boolean).join(', ')}). ${stands}${unknown}.`;
  const next = 'Read memory.events and memory.pressure twice, a minute apart: two readings show whether it continues.';
  const outcomes = mayStandStill(evidence, facts)
    ? (['livelocked', 'degraded', 'contained'] as const)
    : (['degraded', 'contained'] as const);
  return { outcomes, reasons: [why], next, scenario: null };
}

const SAVE_EVENTS = 'Save memory.events of the cgroup: it shows the most.';

function concludeNoHarm(evidence: SavedEvidence, facts: Facts): Explanation {
  const next = hasCounters(evidence) ? LOOK_AT_UNIT : SAVE_EVENTS;
  return { outcomes: [], reasons: [explainNoHarm(evidence, facts)], next, scenario: null };
}

function explainNoHarm(evidence: SavedEvidence, facts: Facts): string {
  const { stall, someStall } = facts;
  const { log, pressure, quiet, below } = evidence;
  if (log.isCut)
    return 'The kernel called its OOM killer, and the log ends before it shows the victim, or lacks those lines.';
  if (hasCounters(evidence) || pressure.length > 0 || below.length > 0) {
    const missing: string[] = [];
    if (!hasCounters(evidence)) missing.push('memory.events');
    if (stall === undefined && someStall === undefined) missing.push('memory.pressure');
    const unknown = missing.length === 0 ? [] : [`What ${missing.join(' and ')} would show is unknown.`];
    return ['These numbers show no harm.', ...nameMissingCounters(evidence, facts), ...unknown].join(' ');
  }
  const absent = 'memory.events and memory.pressure are missing';
  if (log.statements.length > 0)
    return `These files do not show harm for certain: ${absent}, and no OOM kill is certain.`;
  const inLog = quiet ? ', and no log has a line of a killer that is known here' : '';
  return `These files could not show harm: ${absent}${inLog}.`;
}

/** What is unknown where the file has not all counters: it was cut off, or grep left them out. */
function nameMissingCounters(evidence: SavedEvidence, { high, max, kills, isLocalOnly }: Facts): string[] {
  if (!hasCounters(evidence)) return [];
  const file = isLocalOnly ? 'memory.events.local' : 'memory.events';
  const limits = Object.entries({ high, max }).filter(([, count]) => count === undefined);
  const unknown: string[] = [];
  if (limits.length > 0)
    unknown.push(
      `Whether a limit was reached is unknown: ${file} has ${limits.map(([name]) => `no ${name}`).join(' and ')}.`,
    );
  if (kills === undefined) unknown.push(`Whether anything was killed is unknown: ${file} has no oom_kill.`);
  return unknown;
}
