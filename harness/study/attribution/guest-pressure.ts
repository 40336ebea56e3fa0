import type { CgroupSample, Entry, EntryOf } from '../../record/schema.js';
import { counterOf, readingsOf } from '../counter.js';
import { entriesOfType, isIn, largest, type Span } from '../entries.js';
import { collectKills } from '../kills.js';
import { leastIn, longestUnreadMs, riseIn, shareIn } from './totals.js';

/** Shares of a span, from 0 to 1, in which some and all tasks waited (PSI). Null where it was not measured. */
export interface Waiting {
  readonly some: number | null;
  readonly full: number | null;
}

/** What the tasks of one or several cgroups waited for during a span, and what their limits did. */
interface CgroupPressure {
  readonly memory: Waiting;
  readonly cpu: Waiting;
  readonly disk: Waiting;
  /** How long a CPU quota kept tasks from running, as a share of the time over all CPUs, 1 at most. */
  readonly throttled: number | null;
  /** How often a limit of tasks refused to let a process or thread be started. */
  readonly refusedForks: number | null;
  /** Rises of `high`, `max` and `oom_kill` of memory.events. */
  readonly highEvents: number | null;
  readonly maxEvents: number | null;
  readonly oomKills: number | null;
  /** Pages of files that were read in again. */
  readonly fileRefaults: number | null;
}

/** What the guest did during a span. */
export interface GuestPressure {
  /** Of the cgroup that was silent; of all that are sampled, the most, where its own is not. */
  readonly cgroup: CgroupPressure;
  /** Rises of `high` and `max` in all sampled cgroups: whether a limit acted. */
  readonly limitEvents: number | null;
  /** What the tasks of the whole guest waited for. */
  readonly box: { readonly memory: Waiting; readonly cpu: Waiting; readonly disk: Waiting };
  /** The least memory that was available in the guest, bytes. */
  readonly availableBytes: number | null;
  /** Kills, by whatever killer, in the span or right before it. */
  readonly kills: number;
  /** The longest time in which the guest gave no sample, milliseconds. */
  readonly unseenMs: number;
  /** How much less time passed on the guest's clock than on this host's, milliseconds. */
  readonly clockLagMs: number | null;
}

/** A kill is followed by the silence that it ends or causes; the time of the guest's log may be a little off. */
const KILL_BEFORE_MS = 2_000;

type Read = (sample: EntryOf<'sample'>) => number | undefined;

/** Prepares to tell what the guest did in any span of a record. */
export function createGuestMeter(entries: readonly Entry[]): (span: Span, role: string | null) => GuestPressure {
  const samples = entriesOfType(entries, 'sample');
  const meter = (read: Read) => counterOf(samples, read);
  const roles = [...new Set(samples.flatMap(({ cgroups }) => Object.keys(cgroups)))];
  const meters = new Map(roles.map((role) => [role, createCgroupMeter(meter, role)]));
  const box = {
    memory: createWaitMeter(meter, ({ box }) => box?.memory),
    cpu: createWaitMeter(meter, ({ box }) => box?.cpu),
    disk: createWaitMeter(meter, ({ box }) => box?.io),
  };
  const available = readingsOf(samples, ({ memAvailableBytes }) => memAvailableBytes);
  const ticks = meter(({ guestMonotonicMs }) => guestMonotonicMs);
  const killed = collectKills(entries);
  return (span, role) => {
    const all = [...meters.values()].map((measure) => measure(span));
    const own = role === null ? undefined : meters.get(role)?.(span);
    const passedMs = riseIn(ticks, span);
    const times = { times: ticks.times, values: ticks.times };
    const hostMs = riseIn(times, span);
    return {
      cgroup: own ?? mostOf(all),
      limitEvents: sumKnown(all.flatMap(({ highEvents, maxEvents }) => [highEvents, maxEvents])),
      box: { memory: box.memory(span), cpu: box.cpu(span), disk: box.disk(span) },
      availableBytes: leastIn(available, span),
      kills: killed.filter(isIn({ from: span.from - KILL_BEFORE_MS, to: span.to })).length,
      unseenMs: longestUnreadMs(ticks, span),
      clockLagMs: passedMs === null || hostMs === null ? null : Math.max(0, hostMs - passedMs),
    };
  };
}

type Meter = (read: Read) => ReturnType<typeof counterOf>;
type Totals = { readonly someUs: number; readonly fullUs?: number | undefined };

function createWaitMeter(meter: Meter, read: (sample: EntryOf<'sample'>) => Totals | undefined) {
  const some = meter((sample) => read(sample)?.someUs);
  const full = meter((sample) => read(sample)?.fullUs);
  return (span: Span): Waiting => ({ some: shareIn(some, span), full: shareIn(full, span) });
}

function createCgroupMeter(meter: Meter, role: string) {
  const ofCgroup = (read: (cgroup: CgroupSample) => number | undefined) =>
    meter(({ cgroups }) => (cgroups[role] ? read(cgroups[role]) : undefined));
  const memory = createWaitMeter(meter, ({ cgroups }) => {
    const pressure = cgroups[role]?.pressure;
    return pressure && { someUs: pressure.some.totalUs, fullUs: pressure.full.totalUs };
  });
  const cpu = createWaitMeter(meter, ({ cgroups }) => cgroups[role]?.cpuStall);
  const disk = createWaitMeter(meter, ({ cgroups }) => cgroups[role]?.ioStall);
  const throttled = ofCgroup(({ throttledUs }) => throttledUs);
  const refused = ofCgroup(({ refusedForks }) => refusedForks);
  const high = ofCgroup(({ events }) => events.high);
  const max = ofCgroup(({ events }) => events.max);
  const oomKills = ofCgroup(({ events }) => events.oom_kill);
  const refaults = ofCgroup(({ stat }) => stat.workingset_refault_file);
  return (span: Span): CgroupPressure => ({
    memory: memory(span),
    cpu: cpu(span),
    disk: disk(span),
    throttled: shareIn(throttled, span),
    refusedForks: riseIn(refused, span),
    highEvents: riseIn(high, span),
    maxEvents: riseIn(max, span),
    oomKills: riseIn(oomKills, span),
    fileRefaults: riseIn(refaults, span),
  });
}

/** What was silent may be in any of them. */
function mostOf(all: readonly CgroupPressure[]): CgroupPressure {
  const most = (read: (one: CgroupPressure) => number | null) => largest(all.flatMap((one) => read(one) ?? []));
  const waiting = (read: (one: CgroupPressure) => Waiting): Waiting => ({
    some: most((one) => read(one).some),
    full: most((one) => read(one).full),
  });
  return {
    memory: waiting(({ memory }) => memory),
    cpu: waiting(({ cpu }) => cpu),
    disk: waiting(({ disk }) => disk),
    throttled: most(({ throttled }) => throttled),
    refusedForks: most(({ refusedForks }) => refusedForks),
    highEvents: most(({ highEvents }) => highEvents),
    maxEvents: most(({ maxEvents }) => maxEvents),
    oomKills: most(({ oomKills }) => oomKills),
    fileRefaults: most(({ fileRefaults }) => fileRefaults),
  };
}

function sumKnown(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
}
