import { formatCount } from '../core/count.js';
import { type Explanation, KILLED_TOGETHER, LOOK_AT_UNIT } from './conclusion.js';
import type { CgroupEvidence, SavedEvidence } from './evidence.js';
import { countFacts, type Facts } from './facts.js';

const LOOK_ABOVE =
  'Look at memory.events and memory.max of the cgroups above it (of a container: its pod), and at the kernel log: its oom_memcg names the limit.';
const LOOK_BELOW = 'Look at memory.events and memory.max of the cgroups below it: the limit is where oom is counted.';
const SCENARIO = 'runaway-past-max';

/**
 * Finds the outcomes that fit the kills that memory.events counts. Undefined if it counts none.
 *
 * memory.events is of the cgroup and all below it. `oom_kill` counts victims there of any limit; `oom` counts
 * that a limit there was reached and reclaim failed (Linux, Documentation/admin-guide/cgroup-v2.rst; mm/memcontrol.c,
 * mem_cgroup_oom).
 */
export function concludeCountedKills(
  evidence: SavedEvidence,
  facts: Facts,
  standsStill: boolean,
): Explanation | undefined {
  const { kills = 0, groupKills = 0, oom } = facts;
  if (kills === 0 && groupKills === 0) return undefined;
  if (groupKills > 0) return concludeGroupKill(evidence, facts);
  if (facts.groupKills === undefined && evidence.oomGroup && facts.own.kills !== 0) return concludeOldGroupKill(facts);
  if (standsStill) {
    const why =
      'The kernel killed a task of this cgroup, but its other tasks are still stalled: the kill may be an old one. A second reading shows it.';
    return { outcomes: ['livelocked', 'contained'], reasons: [why], next: LOOK_AT_UNIT, scenario: SCENARIO };
  }
  return oom === 0 ? concludeFromAbove(evidence, facts) : concludeLimitKill(evidence, facts);
}

/** `oom_group_kill` counts up to the root, as every event: whose memory.oom.group it was, the cgroup's own files tell. */
function concludeGroupKill({ oomGroup, below }: SavedEvidence, { own, oom, groupKills = 0 }: Facts): Explanation {
  const isOwn = own.groupKills === undefined ? oomGroup : own.groupKills > 0;
  if (isOwn && oom === 0) {
    const why = `${KILLED_TOGETHER} It counts 0 oom: not for its own limit, but for that of a cgroup above it, or of the whole host.`;
    return {
      outcomes: ['unit-stopped', 'collateral-kill', 'escaped'],
      reasons: [why],
      next: LOOK_ABOVE,
      scenario: null,
    };
  }
  if (isOwn) {
    const since = oomGroup === false ? ' It is 0 now: it was set when that happened.' : '';
    const why = `${KILLED_TOGETHER}${since}`;
    return { outcomes: ['unit-stopped'], reasons: [why], next: LOOK_AT_UNIT, scenario: null };
  }
  const times = `memory.events counts ${formatCount(groupKills)} oom_group_kill`;
  if (isOwn === false) {
    const proof = own.groupKills === 0 ? 'the cgroup itself has none' : 'memory.oom.group of this cgroup is 0';
    const why = `The kernel killed a whole cgroup below this one: ${times}, and ${proof}. What else runs in this cgroup was not killed with it${nameThose(below, 'groupKills')}.`;
    return { outcomes: ['collateral-kill', 'contained'], reasons: [why], next: LOOK_AT_UNIT, scenario: null };
  }
  const why = `The kernel killed all tasks of a cgroup together (memory.oom.group is on there): ${times}, of this cgroup or of one below it. memory.oom.group and memory.events.local show which.`;
  return { outcomes: ['unit-stopped'], reasons: [why], next: LOOK_AT_UNIT, scenario: null };
}

/** Linux before 5.17 does not count kills of whole cgroups, and has memory.oom.group from 4.19 on. */
function concludeOldGroupKill({ kills = 0 }: Facts): Explanation {
  const why = `memory.oom.group is 1, and memory.events counts ${formatCount(kills)} oom_kill: if it was 1 then, the kernel killed all tasks of the cgroup together, including the server. This kernel does not count that apart (oom_group_kill).`;
  return { outcomes: ['unit-stopped'], reasons: [why], next: LOOK_AT_UNIT, scenario: null };
}

function concludeFromAbove(
  { current, max }: SavedEvidence,
  { kills = 0, max: reached, isLocalOnly }: Facts,
): Explanation {
  const never = isLocalOnly
    ? `The limit of this cgroup itself ${reached === 0 ? 'was never reached' : 'did not lead to that'}`
    : `No limit of this cgroup or below it ${reached === 0 ? 'was ever reached' : 'led to that'}`;
  const hasRoom = current !== undefined && max !== undefined && max !== Infinity && current < max / 2;
  const room = hasRoom ? ', and it uses less than half of its memory.max' : '';
  const file = isLocalOnly ? 'memory.events.local' : 'memory.events';
  const why = `${file} counts ${formatCount(kills)} oom_kill, but 0 oom: not for its own limit. ${never}${room}. A cgroup above it was at its limit, or the whole host was out of memory.`;
  return { outcomes: ['collateral-kill', 'escaped'], reasons: [why], next: LOOK_ABOVE, scenario: null };
}

function concludeLimitKill({ max, below }: SavedEvidence, facts: Facts): Explanation {
  const { kills = 0, oom, own } = facts;
  const killed = `The kernel killed ${formatCount(kills)} ${kills === 1 ? 'task' : 'tasks'}`;
  const open = 'The numbers do not show whether the other tasks survived.';
  const isBelow = own.oom === 0 || max === Infinity;
  if (isBelow && oom !== undefined) {
    const proof = own.oom === 0 ? 'the cgroup itself was never out of memory' : 'the cgroup itself has no limit';
    const why = `${killed} at the limit of a cgroup below this one: memory.events counts ${formatCount(oom)} oom there, and ${proof}${nameThose(below, 'oom')}. ${open}`;
    return { outcomes: ['contained', 'collateral-kill'], reasons: [why], next: LOOK_BELOW, scenario: SCENARIO };
  }
  return {
    outcomes: ['contained', 'unit-stopped', 'collateral-kill'],
    reasons: [`${killed} ${whereKilled(facts)}${whichLimit(facts, below)}. ${open}`],
    next: LOOK_AT_UNIT,
    scenario: SCENARIO,
  };
}

function whereKilled({ own, isLocalOnly }: Facts): string {
  if (own.kills === undefined) return 'in this cgroup or below it';
  return own.kills === 0 && !isLocalOnly ? 'in a cgroup below this one' : 'in this cgroup';
}

function whichLimit({ oom, own }: Facts, below: readonly CgroupEvidence[]): string {
  if (oom === undefined) return '; memory.events has no oom, so which limit it was for is unknown';
  if (own.oom !== undefined && own.oom > 0) return ' at the limit of this cgroup';
  const isElsewhere = below.length > 0 && below.every((each) => countFacts(each).oom === 0);
  return isElsewhere
    ? ': a limit was reached and reclaim failed, in this cgroup or in one that is gone, as none of those below it counts an oom'
    : ', where a limit was reached and reclaim failed';
}

/** Names the cgroups that counted something, as far as their files are here. */
function nameThose(below: readonly CgroupEvidence[], key: 'oom' | 'groupKills'): string {
  const counted = below.filter((each) => (countFacts(each)[key] ?? 0) > 0).flatMap(({ cgroup }) => cgroup ?? []);
  return counted.length === 0 ? '' : ` (${counted.slice(0, 4).join(', ')})`;
}
