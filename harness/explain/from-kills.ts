import type { OomKill } from '../cgroup/oom-kill.js';
import { type Explanation, LOOK_AT_UNIT } from './conclusion.js';
import type { SavedEvidence } from './evidence.js';

/** The counters that say something about kills: between two readings if there are two, else since the beginning. */
interface KillFacts {
  readonly kills: number;
  readonly groupKills: number;
}

/** The reason if the kernel's OOM killer found nobody. */
export const HELPLESS =
  'The kernel called its OOM killer, which found no task that it may kill: all tasks there have OOMScoreAdjust=-1000.';

/** Finds the outcomes that fit kills, whether they are counted or logged; undefined if there is none. */
export function concludeFromKills(
  evidence: SavedEvidence,
  facts: KillFacts,
  standsStill: boolean,
): Explanation | undefined {
  const { log } = evidence;
  const globalKill = log.kills.find(({ constraint }) => constraint !== 'CONSTRAINT_MEMCG');
  if (globalKill) return concludeGlobalKill(globalKill);
  if (facts.groupKills > 0 || log.groups.length > 0) {
    const why = 'memory.oom.group is on: the kernel killed all tasks of the cgroup together, including the server.';
    return { outcomes: ['unit-stopped'], reasons: [why], next: LOOK_AT_UNIT, scenario: null };
  }
  return facts.kills > 0 || log.kills.length > 0 ? concludeKill(evidence, facts, standsStill) : undefined;
}

function concludeGlobalKill({ constraint, comm, pid }: OomKill): Explanation {
  // CONSTRAINT_CPUSET and CONSTRAINT_MEMORY_POLICY (Linux, include/linux/oom.h).
  const what =
    constraint === 'CONSTRAINT_NONE'
      ? 'The whole host ran out of memory, not a cgroup at its limit'
      : `The NUMA nodes that a task may use ran out of memory (${constraint}), not a cgroup at its limit`;
  const why = `${what}: the kernel killed ${comm} (PID ${pid}).`;
  return { outcomes: ['escaped', 'collateral-kill'], reasons: [why], next: LOOK_AT_UNIT, scenario: null };
}

function concludeKill({ events }: SavedEvidence, { kills }: KillFacts, standsStill: boolean): Explanation {
  const why = standsStill
    ? 'The kernel killed a task of this cgroup, but its other tasks are still stalled: the kill may be an old one. A second reading shows it.'
    : events.length > 0 && kills === 0
      ? 'The log has a kill at a limit, but memory.events counts none: it was in another cgroup, or this cgroup was created again after it, such as by a restart of its unit.'
      : 'The kernel killed a task of this cgroup at its limit. The numbers do not show whether the other tasks survived.';
  return {
    outcomes: standsStill ? ['livelocked', 'contained'] : ['contained', 'unit-stopped', 'collateral-kill'],
    reasons: [why],
    next: LOOK_AT_UNIT,
    scenario: 'runaway-past-max',
  };
}

/** Describes every kill of a log, in sentences. */
export function describeKills({ kills, groups }: SavedEvidence['log']): string[] {
  return [
    ...kills.map(describeKill),
    ...groups.map((group) => `The kernel killed all tasks in ${group} together (memory.oom.group).`),
  ];
}

function describeKill({ comm, pid, memcg }: OomKill): string {
  return `The kernel killed ${comm} (PID ${pid})${memcg ? ` at the limit of ${memcg}` : ''}.`;
}
