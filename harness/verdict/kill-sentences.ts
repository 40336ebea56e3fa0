import { formatBytes } from '../core/bytes.js';
import { formatSeconds } from '../core/clock.js';
import { formatCount } from '../core/count.js';
import { groupBy } from '../core/group-by.js';
import { nameInjected } from './injected.js';
import type { Evidence, EvidenceKill } from './summary.js';

/** More processes of one kind are counted, and not named. */
const MAX_NAMED_PIDS = 3;

/** A sentence has room for this many. */
const MAX_JOINED = 2;

/**
 * Says what was killed, when, by what, and by whose limit: one phrase for all kills that differ only in time and process,
 * without capital and full stop.
 */
export function describeKills(kills: readonly EvidenceKill[]): string[] {
  const groups = groupBy(kills, ({ t, atMs, pid, ...shared }) =>
    JSON.stringify({ ...shared, isProcess: pid !== null }),
  );
  return [...groups.values()].map((group) => `${describeKill(group)}${describeTimes(group)}${describeLimit(group[0])}`);
}

/** The first of these phrases, and how many kills the others tell of. */
export function joinKills(kills: readonly EvidenceKill[]): string {
  const phrases = describeKills(kills);
  const shown = phrases.slice(0, MAX_JOINED);
  const more = phrases.length - shown.length;
  if (more > 0) shown.push(`and ${formatCount(more)} more kinds of kills`);
  return shown.join('; ');
}

/** Says what was killed, as far as the evidence shows it, in a phrase without capital and full stop. */
export function describeAllKills({ kills, oomKills, injectionState, ...evidence }: Evidence): string {
  if (kills && kills.length > 0) return joinKills(kills);
  if (oomKills !== null && oomKills > 0)
    return `memory.events counted ${formatCount(oomKills)} OOM kill${oomKills === 1 ? '' : 's'}, and no log names a victim`;
  const { kind } = nameInjected(evidence);
  if (injectionState === 'killed') return `the ${kind} was killed, and by what is not known`;
  if (kills) return oomKills === null ? 'no log shows a kill' : 'nothing had to be killed';
  return oomKills === null ? 'whether anything was killed is not known' : 'the kernel killed nothing in its cgroup';
}

/** The same of one kill, without its time: for a list with a time on each line. */
export const describeOneKill = (kill: EvidenceKill): string => `${describeKill([kill])}${describeLimit(kill)}`;

/** A phrase with its capital and full stop. A name at its start keeps its letters. */
export const asSentence = (phrase: string): string => `${/^(?:the|all) /.test(phrase) ? capitalize(phrase) : phrase}.`;

const capitalize = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** A killer in the middle of a sentence. */
export const nameKiller = (killer: NonNullable<EvidenceKill['killer']>): string =>
  killer === 'kernel' ? 'the kernel' : killer;

/** The killer and its victims. */
function describeKill(group: readonly [EvidenceKill, ...EvidenceKill[]]): string {
  const [{ killer, signal }] = group;
  const victims = describeVictims(group);
  switch (killer) {
    case 'earlyoom':
      return `earlyoom sent ${signal ?? 'a signal'} to ${victims}`;
    case null:
      return `${victims} was killed by ${signal ?? 'a signal'}`;
    default:
      return `${nameKiller(killer)} ${killer === 'systemd' ? 'ended' : 'killed'} ${victims}`;
  }
}

/** `ugrep (PID 733, injection agent)`; `claude 18 times (PIDs 703, 716, 720 and 15 more)`; `all of web.service`. */
function describeVictims(group: readonly [EvidenceKill, ...EvidenceKill[]]): string {
  const [{ pid, role, name, group: together }] = group;
  const victim = group[0].victim.trim() || 'a process without a name';
  const whose = describeOwner(role, name);
  const other = together === null || pid === null ? '' : ` with all of ${lastPart(together)} (memory.oom.group)`;
  if (pid === null) return `all of ${lastPart(victim)}${whose === '' ? '' : ` (${whose})`}`;
  const owner = whose === '' ? '' : `, ${whose}`;
  const pids = group.map((kill) => kill.pid).filter((each) => each !== null);
  if (pids.length === 1) return `${victim} (PID ${pid}${owner})${other}`;
  const named = pids.slice(0, MAX_NAMED_PIDS).join(', ');
  const more = pids.length - MAX_NAMED_PIDS;
  const list = more > 0 ? `${named} and ${formatCount(more)} more` : named;
  return `${victim} ${formatCount(pids.length)} times (PIDs ${list}${owner})${other}`;
}

function describeOwner(role: EvidenceKill['role'], name: string | null): string {
  if (role === 'server') return 'the server';
  if (role === 'other') return '';
  if (name === null || name.trim() === '') return role === 'injection' ? 'an injection' : 'a bystander';
  return `${role} ${name}`;
}

function describeTimes(group: readonly EvidenceKill[]): string {
  const times = group.map(({ atMs }) => atMs).filter((atMs) => atMs !== null);
  const [first, last] = [times[0], times.at(-1)];
  if (first === undefined || last === undefined) return ' at an unknown time';
  if (first < 0) return ' before the injection';
  const [from, to] = [formatSeconds(first), formatSeconds(last)];
  return from === to ? ` ${from} after the injection` : ` from ${from} to ${to} after the injection`;
}

/** By whose limit. */
function describeLimit({ limit, killer }: EvidenceKill): string {
  if (killer === null) return ', and no log names the killer';
  if (limit === null) return ', by a limit that is not known';
  switch (limit.kind) {
    case 'cgroup': {
      const of = limit.cgroup === null ? 'a cgroup that the log does not name' : lastPart(limit.cgroup);
      return `, at the memory.max${limit.bytes === null ? '' : ` (${formatBytes(limit.bytes)})`} of ${of}`;
    }
    case 'guest':
      return ', because the whole guest was out of memory';
    case 'available':
      return `, at its limits of ${limit.memoryPercent} % of memory and ${limit.swapPercent} % of swap available`;
    case 'pressure':
      return `, because the memory pressure of ${lastPart(limit.cgroup)} was ${limit.percent} %, above its limit of ${limit.limitPercent} %`;
    case 'swap':
      return `, because more than ${limit.limitPercent} % of memory and of swap was used`;
    case 'oom-policy':
      return ', by its OOMPolicy, after an OOM kill in it';
  }
}

/** The unit of a cgroup; the ID of a container as short as its engine shows it. */
const lastPart = (path: string): string =>
  (path.slice(path.lastIndexOf('/') + 1) || path).replace(/(?<=^[a-z-]+-[0-9a-f]{12})[0-9a-f]{52}(?=\.|$)/, '');
