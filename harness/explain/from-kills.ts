import type { Outcome } from '../record/schema.js';
import { isBelow } from './cgroup-path.js';
import { type Explanation, KILLED_TOGETHER, LOOK_AT_UNIT } from './conclusion.js';
import type { SavedEvidence } from './evidence.js';
import { describeLimits, isContradicted, isOfSibling } from './kill-limits.js';
import type { LoggedKill } from './killers/logged-kill.js';
import { KILLS } from './killers/readers.js';
import type { Statement } from './killers/statement.js';
import { findContained, findOutlived, findProbablyStopped, findStopped } from './killers/unit-end.js';

/** The counters that say something about kills: between two readings if there are two, else since the beginning. */
interface KillFacts {
  readonly kills: number;
  readonly groupKills: number;
}

type Log = SavedEvidence['log'];

/** The reason if the kernel's OOM killer found no task (Linux 6.6, mm/oom_kill.c, oom_badness). */
export const HELPLESS =
  'The kernel called its OOM killer, which found no task that it may kill: all tasks there have OOMScoreAdjust=-1000, or were being killed already.';

const LOOK_AT_KERNEL_LOG =
  'Save the kernel log of that time (journalctl -k, or dmesg): it names the victim, and the cgroup whose limit was reached.';
const LOOK_AT_POLICY =
  'Run systemctl show UNIT -p OOMPolicy,MemoryHigh,MemoryMax: with OOMPolicy=stop or kill, one kill ends the whole unit.';
const LOOK_AT_OOMD =
  'Run oomctl, and systemctl show UNIT -p ManagedOOMMemoryPressure,ManagedOOMSwap: they show by which rule systemd-oomd kills.';
const LOOK_AT_POD =
  'Run kubectl describe pod POD: its Last State and Restart Count show whether the container survived.';

/** If a kill at a limit is all that shows. */
const OPEN: readonly Outcome[] = ['contained', 'unit-stopped', 'collateral-kill'];

/** If the first process of a container goes on after a kill in it: the victim was the hog, or another process. */
const SURVIVED: readonly Outcome[] = ['contained', 'collateral-kill'];

/** Pods have no unit of which systemd could tell more. */
const lookFurther = (log: Log): string => (isOfPod(log) ? LOOK_AT_POD : LOOK_AT_UNIT);

const isOfPod = ({ kills }: Log): boolean =>
  kills.some(({ memcg = '', victimCgroup = memcg }) => victimCgroup.includes('/kubepods'));

/** Whether a log holds enough about kills to conclude from it. */
export const showsKill = ({ kills, panics, statements }: Log): boolean =>
  kills.length > 0 || panics.length > 0 || statements.some(({ shows }) => KILLS.has(shows));

/** Finds the outcomes that fit the kills in a log; undefined if there is none, or if the counters of the cgroup tell more. */
export function concludeFromKills(
  evidence: SavedEvidence,
  facts: KillFacts,
  standsStill: boolean,
): Explanation | undefined {
  const { log } = evidence;
  return (
    concludePanic(log) ??
    concludeStopped(log) ??
    concludeKilledAll(log) ??
    concludeGlobalKill(log) ??
    concludeGroupKill(log, facts) ??
    (log.kills.length > 0 ? concludeKill(evidence, facts, standsStill) : undefined) ??
    concludeOtherKill(log, facts)
  );
}

function concludePanic({ panics: [panic] }: Log): Explanation | undefined {
  if (panic === undefined) return undefined;
  const why = `The kernel panicked: ${panic}.`;
  return {
    outcomes: ['escaped'],
    reasons: [why],
    next: 'Run sysctl vm.panic_on_oom: 1 and 2 make the kernel panic.',
    scenario: null,
  };
}

function concludeStopped(log: Log): Explanation | undefined {
  const stopped = findStopped(log);
  if (stopped.length === 0) return undefined;
  const global = log.kills.find(isGlobal);
  const reasons = stopped.slice(0, 1).map(({ text }) => text);
  if (global) reasons.push(describeGlobal(global));
  const limits = describeLimits(log.kills.filter((kill) => !isGlobal(kill)));
  return { outcomes: ['unit-stopped'], reasons: [...reasons, ...limits], next: lookAtStopped(log), scenario: null };
}

function lookAtStopped(log: Log): string {
  if (log.kills.length > 0) return isOfPod(log) ? LOOK_AT_POD : LOOK_AT_POLICY;
  const all = findKilledAll(log);
  if (!all) return LOOK_AT_KERNEL_LOG;
  return all.killer === 'systemd-oomd' ? LOOK_AT_OOMD : LOOK_AT_UNIT;
}

const findKilledAll = ({ statements }: Log): Statement | undefined =>
  statements.find(({ shows }) => shows === 'killed-all');

function concludeKilledAll(log: Log): Explanation | undefined {
  const { statements, kills } = log;
  const all = findKilledAll(log);
  if (!all) return undefined;
  const reasons = [all.text];
  const global = kills.find(isGlobal);
  if (global) reasons.push(describeGlobal(global));
  const isOfHost = global ? global.asker?.oddity !== 'sysrq' : statements.some(({ victim }) => victim !== undefined);
  const outcomes: readonly Outcome[] = ['unit-stopped', 'collateral-kill', ...(isOfHost ? ['escaped' as const] : [])];
  return { outcomes, reasons, next: LOOK_AT_UNIT, scenario: null };
}

const isGlobal = ({ constraint }: LoggedKill): boolean => constraint !== undefined && constraint !== 'CONSTRAINT_MEMCG';

function concludeGlobalKill(log: Log): Explanation | undefined {
  const global = log.kills.filter(isGlobal);
  const ofItself = global.find(({ asker }) => asker?.oddity !== 'sysrq');
  const kill = ofItself ?? global[0];
  if (!kill) return undefined;
  const reasons = [describeGlobal(kill)];
  const byHand = ofItself === undefined;
  const outcomes: readonly Outcome[] = byHand ? ['collateral-kill', 'contained'] : ['escaped', 'collateral-kill'];
  const ended = findProbablyStopped(log);
  if (!ended) return { outcomes, reasons, next: lookFurther(log), scenario: null };
  return {
    outcomes: ['unit-stopped', ...outcomes],
    reasons: [...reasons, ended],
    next: LOOK_AT_POLICY,
    scenario: null,
  };
}

function describeGlobal({ constraint, comm, pid, asker }: LoggedKill): string {
  const killed = `the kernel killed ${comm} (PID ${pid}).`;
  if (asker?.oddity === 'sysrq')
    return `The OOM killer was called by hand, with SysRq f (order=-1), which shows no shortage: ${killed}`;
  if (asker?.oddity === 'page-fault')
    return `A page fault that was denied memory called the OOM killer for the whole host (gfp_mask=0x0). The host may have had memory left, and a cgroup may have been at a limit of kernel memory: ${killed}`;
  // CONSTRAINT_CPUSET and CONSTRAINT_MEMORY_POLICY (Linux, include/linux/oom.h).
  const what =
    constraint === 'CONSTRAINT_NONE'
      ? 'The whole host ran out of memory, not a cgroup at its limit'
      : `The NUMA nodes that a task may use ran out of memory (${constraint}), not a cgroup at its limit`;
  return `${what}: ${killed}`;
}

function concludeGroupKill(log: Log, { groupKills }: KillFacts): Explanation | undefined {
  if (groupKills === 0 && log.groups.length === 0) return undefined;
  const outcomes: readonly Outcome[] = isGroupOfSibling(log) ? ['unit-stopped', 'collateral-kill'] : ['unit-stopped'];
  return { outcomes, reasons: [KILLED_TOGETHER, ...describeLimits(log.kills)], next: lookFurther(log), scenario: null };
}

/** Whether a group died for a limit above it, below which others may have used the memory. */
const isGroupOfSibling = ({ kills }: Log): boolean => kills.some(({ group, memcg }) => isBelow(group, memcg));

function concludeKill(evidence: SavedEvidence, facts: KillFacts, standsStill: boolean): Explanation {
  const { log } = evidence;
  if (standsStill) {
    const why =
      'The kernel killed a task of this cgroup, but its other tasks are still stalled: the kill may be an old one. A second reading shows it.';
    return { outcomes: ['livelocked', 'contained'], reasons: [why], next: LOOK_AT_UNIT, scenario: 'runaway-past-max' };
  }
  const contained = findContained(log);
  const limits = describeLimits(log.kills);
  const isClear = ({ constraint, memcg, victimCgroup }: LoggedKill) =>
    constraint !== undefined && !isBelow(victimCgroup, memcg);
  const scenario = withLimitOf(log).some((kill) => isClear(kill) && !isContradicted(kill)) ? 'runaway-past-max' : null;
  if (contained) return { outcomes: ['contained'], reasons: [contained, ...limits], next: LOOK_AT_POLICY, scenario };
  const survived = log.statements.find(({ shows }) => shows === 'survived');
  if (survived) return { outcomes: SURVIVED, reasons: [survived.text, ...limits], next: LOOK_AT_POLICY, scenario };
  const outlived = findOutlived(log);
  if (outlived) return { outcomes: SURVIVED, reasons: [outlived, ...limits], next: LOOK_AT_POLICY, scenario };
  const reasons = [describeLimitKill(evidence, facts), ...limits];
  const ended = findProbablyStopped(log);
  if (ended) {
    const outcomes = new Set<Outcome>(['unit-stopped', ...outcomesOf(log.kills)]);
    return { outcomes: [...outcomes], reasons: [...reasons, ended], next: LOOK_AT_POLICY, scenario };
  }
  return { outcomes: outcomesOf(log.kills), reasons, next: lookFurther(log), scenario };
}

/** The kills of which the log says whose limit it was; all if it does so of none. */
function withLimitOf({ kills }: Log): readonly LoggedKill[] {
  const known = kills.filter(({ memcg, victimCgroup }) => memcg !== undefined && victimCgroup !== undefined);
  return known.length > 0 ? known : kills;
}

function describeLimitKill({ events, log }: SavedEvidence, { kills }: KillFacts): string {
  if (events.length > 0 && kills === 0)
    return 'The log has a kill at a limit, but memory.events counts none: it was in another cgroup, or this cgroup was created again after it, such as by a restart of its unit.';
  if (log.kills.some(({ constraint }) => constraint === undefined) && events.length === 0)
    return 'The kernel killed, and these lines do not show whether a cgroup was at its limit or the whole host was out of memory.';
  const known = withLimitOf(log);
  const fromAbove = known.filter(({ memcg, victimCgroup }) => isBelow(victimCgroup, memcg));
  if (fromAbove.length === known.length)
    return 'The kernel killed at the limit of a cgroup above that of the victim. Nothing here shows whether the other tasks survived.';
  if (fromAbove.length > 0)
    return "The kernel killed several times, and not always at the limit of the victim's own cgroup. Nothing here shows whether the other tasks survived.";
  if (log.kills.some((kill) => isContradicted(kill)))
    return 'The kernel killed as at the limit of a cgroup. Nothing here shows whether the other tasks survived.';
  return 'The kernel killed a task of this cgroup at its limit. Nothing here shows whether the other tasks survived.';
}

function outcomesOf(kills: readonly LoggedKill[]): readonly Outcome[] {
  if (kills.some(isOfSibling)) return ['collateral-kill', 'contained', 'unit-stopped'];
  return kills.some(({ constraint }) => constraint === undefined) ? [...OPEN, 'escaped'] : OPEN;
}

/** From what others than the kernel say, where nothing else shows what became of the rest. */
function concludeOtherKill({ statements }: Log, { kills, groupKills }: KillFacts): Explanation | undefined {
  const one = statements.find(({ shows }) => shows === 'killed-one');
  if (one) {
    const reasons = [
      `${one.isOfKernel ? one.text : 'A killer in user space ended a process.'} If that was the hog, the server was spared; otherwise it was collateral.`,
    ];
    return { outcomes: ['collateral-kill', 'contained'], reasons, next: LOOK_AT_UNIT, scenario: null };
  }
  const survived = statements.find(({ shows }) => shows === 'survived');
  if (survived) return { outcomes: SURVIVED, reasons: [survived.text], next: LOOK_AT_KERNEL_LOG, scenario: null };
  const kill = statements.find(({ shows }) => shows === 'oom-kill');
  // The counters of the cgroup tell more.
  if (!kill || kills > 0 || groupKills > 0) return undefined;
  const outlived = findOutlived({ kills: [], statements });
  if (outlived) return { outcomes: SURVIVED, reasons: [outlived], next: LOOK_AT_POLICY, scenario: null };
  const ended = statements.find(({ endedWith }) => endedWith !== undefined);
  if (ended) return concludeEnded(ended);
  const victim = statements.find(({ victim }) => victim !== undefined)?.victim;
  const why =
    victim === undefined
      ? 'An OOM killer killed. These lines do not show the victim, the limit, and whether the others survived.'
      : `An OOM killer killed ${victim}. These lines do not show the limit, and whether the others survived.`;
  return { outcomes: [...OPEN, 'escaped'], reasons: [why], next: LOOK_AT_KERNEL_LOG, scenario: null };
}

/** A container that ended by itself with an error, after a kill in it: its first process lost a child, probably. */
function concludeEnded({ subject, endedWith }: Statement): Explanation {
  const name = subject === undefined ? 'A container' : `The container ${subject}`;
  const why = `${name} ended with exit code ${endedWith} after the kill of a process in it. That it ended because of that is probable, and not certain.`;
  const outcomes: readonly Outcome[] = ['unit-stopped', 'contained', 'collateral-kill', 'escaped'];
  return { outcomes, reasons: [why], next: LOOK_AT_KERNEL_LOG, scenario: null };
}
