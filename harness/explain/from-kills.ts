import { formatBytes } from '../core/bytes.js';
import { formatCount } from '../core/count.js';
import type { Outcome } from '../record/schema.js';
import { type Explanation, LOOK_AT_UNIT } from './conclusion.js';
import type { SavedEvidence } from './evidence.js';
import { isBelow, isWithin } from './killers/cgroup.js';
import type { LoggedKill } from './killers/kernel.js';
import { KILLS } from './killers/readers.js';
import { findContained, findStopped } from './killers/unit-end.js';

/** The counters that say something about kills: between two readings if there are two, else since the beginning. */
interface KillFacts {
  readonly kills: number;
  readonly groupKills: number;
}

type Log = SavedEvidence['log'];

/** The reason if the kernel's OOM killer found nobody (Linux 6.6, mm/oom_kill.c, oom_badness). */
export const HELPLESS =
  'The kernel called its OOM killer, which found no task that it may kill: all tasks there have OOMScoreAdjust=-1000, or were being killed already.';

const LOOK_AT_KERNEL_LOG =
  'Save the kernel log of that time (journalctl -k, or dmesg): it names the victim, and the cgroup whose limit was reached.';
const LOOK_AT_POLICY =
  'Run systemctl show UNIT -p OOMPolicy,MemoryHigh,MemoryMax: with OOMPolicy=stop or kill, one kill ends the whole unit.';
const LOOK_AT_POD =
  'Run kubectl describe pod POD: its Last State and Restart Count show whether the container survived.';
const LOOK_ABOVE =
  'Look at memory.events and memory.max of the cgroups above it, and at the kernel log: its oom_memcg names the limit.';

/** If a kill at a limit is all that shows. */
const OPEN: readonly Outcome[] = ['contained', 'unit-stopped', 'collateral-kill'];

/** Pods have no unit of which systemd could tell more. */
const lookFurther = ({ kills }: Log): string =>
  kills.some(({ memcg = '', victimCgroup = memcg }) => victimCgroup.includes('/kubepods')) ? LOOK_AT_POD : LOOK_AT_UNIT;

/** Whether a log holds enough about kills to conclude from it. */
export const showsKill = ({ kills, panics, statements }: Log): boolean =>
  kills.length > 0 || panics.length > 0 || statements.some(({ shows }) => KILLS.has(shows));

/** Finds the outcomes that fit kills, whether they are counted or logged; undefined if there is none. */
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
    (facts.kills > 0 || log.kills.length > 0 ? concludeKill(evidence, facts, standsStill) : undefined) ??
    concludeOtherKill(log)
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
  const limits = log.kills.filter((kill) => !isGlobal(kill)).flatMap((kill) => describeWhoseLimit(kill) ?? []);
  const next = log.kills.length > 0 ? LOOK_AT_POLICY : LOOK_AT_KERNEL_LOG;
  return { outcomes: ['unit-stopped'], reasons: [...reasons, ...new Set(limits)], next, scenario: null };
}

function concludeKilledAll({ statements, kills }: Log): Explanation | undefined {
  const all = statements.find(({ shows }) => shows === 'killed-all');
  if (!all) return undefined;
  const reasons = [all.text];
  const global = kills.find(isGlobal);
  if (global) reasons.push(describeGlobal(global));
  return { outcomes: ['unit-stopped', 'collateral-kill'], reasons, next: LOOK_AT_UNIT, scenario: null };
}

const isGlobal = ({ constraint }: LoggedKill): boolean => constraint !== undefined && constraint !== 'CONSTRAINT_MEMCG';

function concludeGlobalKill(log: Log): Explanation | undefined {
  const kill = log.kills.find(isGlobal);
  if (!kill) return undefined;
  const reasons = [describeGlobal(kill)];
  return { outcomes: ['escaped', 'collateral-kill'], reasons, next: lookFurther(log), scenario: null };
}

function describeGlobal({ constraint, comm, pid }: LoggedKill): string {
  // CONSTRAINT_CPUSET and CONSTRAINT_MEMORY_POLICY (Linux, include/linux/oom.h).
  const what =
    constraint === 'CONSTRAINT_NONE'
      ? 'The whole host ran out of memory, not a cgroup at its limit'
      : `The NUMA nodes that a task may use ran out of memory (${constraint}), not a cgroup at its limit`;
  return `${what}: the kernel killed ${comm} (PID ${pid}).`;
}

function concludeGroupKill(log: Log, { groupKills }: KillFacts): Explanation | undefined {
  if (groupKills === 0 && log.groups.length === 0) return undefined;
  const why = 'memory.oom.group is on: the kernel killed all tasks of the cgroup together, including the server.';
  return { outcomes: ['unit-stopped'], reasons: [why], next: lookFurther(log), scenario: null };
}

function concludeKill(evidence: SavedEvidence, facts: KillFacts, standsStill: boolean): Explanation {
  const { log } = evidence;
  if (standsStill) {
    const why =
      'The kernel killed a task of this cgroup, but its other tasks are still stalled: the kill may be an old one. A second reading shows it.';
    return { outcomes: ['livelocked', 'contained'], reasons: [why], next: LOOK_AT_UNIT, scenario: 'runaway-past-max' };
  }
  if (log.kills.length === 0 && isFromAbove(evidence)) return concludeFromAbove(facts);
  const contained = findContained(log);
  const limits = [...new Set(log.kills.flatMap((kill) => describeWhoseLimit(kill) ?? []))];
  const isAllBelow = log.kills.length > 0 && log.kills.every(({ memcg, victimCgroup }) => isBelow(victimCgroup, memcg));
  const scenario =
    isAllBelow || log.kills.some(({ constraint }) => constraint === undefined) ? null : 'runaway-past-max';
  if (contained) return { outcomes: ['contained'], reasons: [contained, ...limits], next: LOOK_AT_POLICY, scenario };
  const reasons = [describeLimitKill(evidence, facts), ...limits];
  return { outcomes: outcomesOf(log.kills), reasons, next: lookFurther(log), scenario };
}

function describeLimitKill({ events, log }: SavedEvidence, { kills }: KillFacts): string {
  if (events.length > 0 && kills === 0)
    return 'The log has a kill at a limit, but memory.events counts none: it was in another cgroup, or this cgroup was created again after it, such as by a restart of its unit.';
  if (log.kills.some(({ constraint }) => constraint === undefined) && events.length === 0)
    return 'The kernel killed, and these lines do not show whether a cgroup was at its limit or the whole host was out of memory.';
  if (log.kills.length > 0 && log.kills.every(({ memcg, victimCgroup }) => isBelow(victimCgroup, memcg)))
    return 'The kernel killed at the limit of a cgroup above that of the victim. Nothing here shows whether the other tasks survived.';
  return 'The kernel killed a task of this cgroup at its limit. Nothing here shows whether the other tasks survived.';
}

function outcomesOf(kills: readonly LoggedKill[]): readonly Outcome[] {
  if (kills.some(isOfSibling)) return ['collateral-kill', 'contained', 'unit-stopped'];
  return kills.some(({ constraint }) => constraint === undefined) ? [...OPEN, 'escaped'] : OPEN;
}

/** Whether the victim is in another cgroup, below the same limit, than the task that asked for memory. */
function isOfSibling({ memcg, victimCgroup, asker }: LoggedKill): boolean {
  const cpuset = asker?.cpuset;
  if (cpuset === undefined || cpuset === '/' || !isBelow(victimCgroup, memcg)) return false;
  return !isWithin(victimCgroup ?? '', cpuset);
}

/** Says whether it was the victim's own limit; undefined if the log does not say it. */
function describeWhoseLimit(kill: LoggedKill): string | undefined {
  const { memcg, victimCgroup, asker } = kill;
  if (memcg === undefined || victimCgroup === undefined) return undefined;
  if (memcg === victimCgroup) return `It was the victim's own limit: ${memcg}.`;
  if (!isBelow(victimCgroup, memcg)) return undefined;
  const who = isOfSibling(kill) ? ` ${asker?.comm}${describeCpuset(asker)} asked for the memory.` : '';
  return `It was not the limit of the victim's own cgroup ${victimCgroup}, but of ${memcg} above it.${who}`;
}

/**
 * Whether memory.events shows kills, and that this cgroup and those below it never got so far: `oom` counts each time
 * that one of them was at its limit and reclaim failed (Linux, Documentation/admin-guide/cgroup-v2.rst).
 */
function isFromAbove({ events }: SavedEvidence): boolean {
  const first = events.length > 1 ? events[0] : undefined;
  const last = events.at(-1);
  return last?.oom !== undefined && last.oom - (first?.oom ?? 0) === 0;
}

function concludeFromAbove({ kills }: KillFacts): Explanation {
  const why = `memory.events counts ${formatCount(kills)} oom_kill, but 0 oom: no limit of this cgroup or below it led to that. A cgroup above it was at its limit, or the whole host was out of memory.`;
  return { outcomes: ['collateral-kill', 'escaped'], reasons: [why], next: LOOK_ABOVE, scenario: null };
}

/** From what others than the kernel say, where nothing else shows what became of the rest. */
function concludeOtherKill({ statements }: Log): Explanation | undefined {
  const one = statements.find(({ shows }) => shows === 'killed-one');
  if (one) {
    const reasons = [`${one.text} If that was the hog, the server was spared; otherwise it was collateral.`];
    return { outcomes: ['collateral-kill', 'contained'], reasons, next: LOOK_AT_UNIT, scenario: null };
  }
  const kill = statements.find(({ shows }) => shows === 'oom-kill');
  if (!kill) return undefined;
  const reasons = [
    'An OOM killer killed. These lines do not show whom, by which limit, and whether the others survived.',
  ];
  return { outcomes: [...OPEN, 'escaped'], reasons, next: LOOK_AT_KERNEL_LOG, scenario: null };
}

/** More kills, or lines about kills, are counted, and not described. */
const MAX_DESCRIBED = 8;

/** Describes every kill of a log, in sentences. */
export function describeKills({ kills, groups, statements }: Log): string[] {
  return [
    ...describeFirst(kills.map(describeKill)),
    ...groups.map((group) => `The kernel killed all tasks in ${group} together (memory.oom.group).`),
    ...describeFirst([...new Set(statements.map(({ text }) => text))]),
  ];
}

function describeFirst(sentences: readonly string[]): string[] {
  const more = sentences.length - MAX_DESCRIBED;
  if (more <= 0) return [...sentences];
  return [...sentences.slice(0, MAX_DESCRIBED), `The log has ${formatCount(more)} more of these.`];
}

function describeKill(kill: LoggedKill): string {
  const { comm, pid, memcg, victimCgroup, reached, chosen, isSeenDead } = kill;
  const where = victimCgroup !== undefined && victimCgroup !== memcg ? `, in ${victimCgroup}` : '';
  const size = reached ? ` (${formatBytes(reached.limit)}, and ${formatBytes(reached.usage)} used)` : '';
  const limit = memcg ? ` at the limit of ${memcg}${size}` : '';
  const child = chosen ? ` It had chosen ${chosen.comm} (PID ${chosen.pid}), and killed a child of it.` : '';
  const open = isSeenDead ? '' : ' The log has the choice of this victim, and not its death.';
  return `The kernel killed ${comm} (PID ${pid})${limit}${where}.${describeAsker(kill)}${child}${open}`;
}

function describeAsker({ asker, pid: victim }: LoggedKill): string {
  if (!asker || asker.pid === victim) return '';
  const pid = asker.pid === undefined ? '' : ` (PID ${asker.pid})`;
  return ` ${asker.comm}${pid}${describeCpuset(asker)} asked for the memory.`;
}

const describeCpuset = ({ cpuset }: { readonly cpuset?: string } = {}): string =>
  cpuset === undefined || cpuset === '/' ? '' : ` (cpuset ${cpuset})`;
