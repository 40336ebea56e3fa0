import { withoutUndefined } from '../core/defined.js';
import type { CgroupEvidence } from './evidence.js';
import { growth, growthOf, type Reading } from './readings.js';

/** What memory.events counts. Undefined is unknown: no file, or a kernel that does not count it. */
interface Counts {
  readonly high: number | undefined;
  readonly max: number | undefined;
  readonly oom: number | undefined;
  readonly kills: number | undefined;
  readonly groupKills: number | undefined;
}

/**
 * What the numbers of one cgroup say: between two readings if there are two, otherwise since the cgroup was created.
 * Undefined is unknown, and never zero.
 */
export interface Facts extends Counts {
  /** Whether the counters are those of the cgroup alone, because memory.events is missing. */
  readonly isLocalOnly: boolean;
  /** Of the cgroup without those below it: memory.events.local, or zero if the cgroups below it count all. */
  readonly own: Counts;
  /** The largest average of PSI full, percent. */
  readonly stall: number | undefined;
  /** The same of PSI some: at least one task waited. `full` is never larger. */
  readonly someStall: number | undefined;
  /** Total time in which all tasks stood still, milliseconds. */
  readonly stalledMs: number | undefined;
}

/** Whether the counters of a cgroup are there: memory.events, or that of the cgroup alone. */
export const hasCounters = ({ events, localEvents }: CgroupEvidence): boolean =>
  events.length > 0 || localEvents.length > 0;

/** Takes the facts from the files of one cgroup; `below` are those of the cgroups directly below it. */
export function countFacts(evidence: CgroupEvidence, below: readonly CgroupEvidence[] = []): Facts {
  const { events, localEvents, pressure } = evidence;
  const isLocalOnly = events.length === 0 && localEvents.length > 0;
  const counts = countEvents(isLocalOnly ? localEvents : events);
  const { some, full } = pressure.at(-1) ?? {};
  const totalUs = growth(pressure.map((reading) => reading.full?.totalUs));
  return {
    ...counts,
    isLocalOnly,
    own: { ...withoutBelow(counts, below), ...withoutUndefined(countEvents(localEvents)) },
    stall: full && largest(full),
    someStall: some && largest(some),
    stalledMs: totalUs === undefined ? undefined : totalUs / 1_000,
  };
}

const largest = ({ avg10, avg60, avg300 }: Readonly<Record<'avg10' | 'avg60' | 'avg300', number>>): number =>
  Math.max(avg10, avg60, avg300);

function countEvents(events: readonly Reading[]): Counts {
  return {
    high: growthOf(events, 'high'),
    max: growthOf(events, 'max'),
    oom: growthOf(events, 'oom'),
    kills: growthOf(events, 'oom_kill'),
    groupKills: growthOf(events, 'oom_group_kill'),
  };
}

/**
 * What is left of the counts of a cgroup without those below it. Only zero is certain: cgroups that are gone, and others
 * whose files are not here, were counted too.
 */
function withoutBelow(all: Counts, below: readonly CgroupEvidence[]): Counts {
  const each = below.map(({ events }) => countEvents(events));
  const own = (key: keyof Counts): number | undefined => {
    const total = all[key];
    const counted = each.reduce((sum, counts) => sum + (counts[key] ?? 0), 0);
    return total !== undefined && total - counted <= 0 ? 0 : undefined;
  };
  return { high: own('high'), max: own('max'), oom: own('oom'), kills: own('kills'), groupKills: own('groupKills') };
}

/**
 * A cgroup that is throttled or at its brim uses at least this share of its limit: reclaim works in batches of pages.
 */
const AT_THE_LIMIT = 0.95;

/** Whether a cgroup is at a limit. Undefined if its size or the limit is not known. */
export function isAtLimit(current: number | undefined, limit: number | undefined): boolean | undefined {
  if (limit === Infinity) return false;
  return current === undefined || limit === undefined ? undefined : current >= limit * AT_THE_LIMIT;
}

/** A counter that is so many times another one is not explained by it. */
export const MUCH_MORE = 10;

/**
 * Where a limit was reached: in the cgroup itself, below it, either, or nowhere. memory.events counts the cgroup and all
 * below it, and never one above it (Linux, Documentation/admin-guide/cgroup-v2.rst, memory.events; mm/memcontrol.c,
 * memcg_memory_event).
 */
type Place = 'here' | 'below' | 'open' | 'nowhere';

/** Where memory.high and memory.max were reached that the counters show. */
export function whereReached(
  { high, max }: CgroupEvidence,
  facts: Facts,
): { readonly high: Place; readonly max: Place } {
  if (facts.isLocalOnly) return { high: 'open', max: 'open' };
  return { high: placeOf(facts.high, facts.own.high, high), max: placeOf(facts.max, facts.own.max, max) };
}

function placeOf(all: number | undefined, own: number | undefined, limit: number | undefined): Place {
  if (all === undefined) return 'open';
  if (all === 0) return 'nowhere';
  if (own !== undefined) return own * MUCH_MORE <= all ? 'below' : 'here';
  return limit === Infinity ? 'below' : 'open';
}
