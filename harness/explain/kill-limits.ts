import { formatBytes } from '../core/bytes.js';
import { isBelow, isInUnit } from './cgroup-path.js';
import { nameAsker } from './describe-kills.js';
import type { LoggedKill, Usage } from './killers/logged-kill.js';

/** Whether the victim is in another cgroup, below the same limit, than the task that asked for memory. */
export function isOfSibling({ memcg, victimCgroup, asker }: LoggedKill): boolean {
  const cpuset = asker?.cpuset;
  if (cpuset === undefined || cpuset === '/' || !isBelow(victimCgroup, memcg)) return false;
  return !isInUnit(victimCgroup ?? '', cpuset);
}

/** A limit is reached if at least this share of it is used: reclaim works in batches of pages. */
const AT_THE_LIMIT = 0.95;

const isReached = ({ usage, limit }: Usage): boolean => limit > 0 && usage >= limit * AT_THE_LIMIT;

/** Whether no limit whose figures the log shows was reached. */
export const isContradicted = ({ usages = [] }: LoggedKill): boolean => usages.length > 0 && !usages.some(isReached);

/** Says which limit was reached where it was not the one of memory; undefined if it was, or the log shows no figures. */
function describeOtherLimit({ usages = [] }: LoggedKill): string | undefined {
  const memory = usages.find(({ resource }) => resource === 'memory');
  const reached = usages.filter(isReached);
  if (!memory || reached.includes(memory)) return undefined;
  const figures = (each: typeof usages) =>
    each.map(({ resource, usage, limit }) => `${resource} ${formatBytes(usage)} of ${formatBytes(limit)}`).join(', ');
  return reached.length > 0
    ? `The limit of memory itself was not reached (${figures([memory])}), but another one was: ${figures(reached)}.`
    : `The log contradicts itself: no limit that it shows was reached (${figures(usages)}).`;
}

export const describeLimits = (kills: readonly LoggedKill[]): string[] => [
  ...new Set(kills.flatMap((kill) => [describeWhoseLimit(kill) ?? [], describeOtherLimit(kill) ?? []].flat())),
];

/** Says whether it was the victim's own limit; undefined if the log does not say it. */
function describeWhoseLimit(kill: LoggedKill): string | undefined {
  const { memcg, victimCgroup, asker } = kill;
  if (memcg === undefined || victimCgroup === undefined) return undefined;
  if (memcg === victimCgroup) return `It was the victim's own limit: ${memcg}.`;
  if (!isBelow(victimCgroup, memcg)) return undefined;
  const asked = asker && isOfSibling(kill) ? ` ${nameAsker(asker)} asked for the memory.` : '';
  return `It was not the limit of the victim's own cgroup ${victimCgroup}, but of ${memcg} above it.${asked}`;
}
