import { formatBytes } from '../core/bytes.js';
import { formatCount } from '../core/count.js';
import type { KillLog } from './kernel-log.js';
import type { LoggedKill } from './killers/logged-kill.js';

/** More kills, or lines about kills, are counted, and not described. */
const MAX_DESCRIBED = 8;

/** Describes every kill of a log, in sentences. */
export function describeLoggedKills({ kills, groups, statements }: KillLog): string[] {
  return [
    ...describeFirst(countSame(kills.map(describeKill))),
    ...groups.map((group) => `The kernel killed all tasks in ${group} together (memory.oom.group).`),
    ...describeFirst([...new Set(statements.map(({ text }) => text))]),
  ];
}

/** A PID may be used again, by a process of the same name. */
function countSame(sentences: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const sentence of sentences) counts.set(sentence, (counts.get(sentence) ?? 0) + 1);
  return [...counts].map(([sentence, count]) =>
    count === 1 ? sentence : `${sentence} The log has that ${formatCount(count)} times, apart from each other.`,
  );
}

function describeFirst(sentences: readonly string[]): string[] {
  const more = sentences.length - MAX_DESCRIBED;
  if (more <= 0) return [...sentences];
  return [...sentences.slice(0, MAX_DESCRIBED), `The log has ${formatCount(more)} more of these.`];
}

function describeKill(kill: LoggedKill): string {
  const { comm, pid, memcg, victimCgroup, usages, chosen, isSeenDead } = kill;
  const where = victimCgroup !== undefined && victimCgroup !== memcg ? `, in ${victimCgroup}` : '';
  const memory = usages?.find(({ resource }) => resource === 'memory');
  const size = memory ? ` (${formatBytes(memory.limit)}, and ${formatBytes(memory.usage)} used)` : '';
  const limit = memcg ? ` at the limit of ${memcg}${size}` : '';
  const child = chosen
    ? ` It had chosen ${chosen.comm} (PID ${chosen.pid}), and killed a child of it, or its main thread.`
    : '';
  const open = isSeenDead ? '' : ' The log has the choice of this victim, and not its death.';
  return `The kernel killed ${comm} (PID ${pid})${limit}${where}.${describeAsker(kill)}${child}${open}`;
}

function describeAsker({ asker, pid: victim }: LoggedKill): string {
  if (!asker || asker.pid === victim) return '';
  return ` ${nameAsker(asker)} asked for the memory.`;
}

/** With its PID and its cpuset, where they are known. */
export function nameAsker({ comm, pid, cpuset }: NonNullable<LoggedKill['asker']>): string {
  const facts: string[] = [];
  if (pid !== undefined) facts.push(`PID ${pid}`);
  if (cpuset !== undefined && cpuset !== '/') facts.push(`cpuset ${cpuset}`);
  return facts.length === 0 ? comm : `${comm} (${facts.join(', ')})`;
}
