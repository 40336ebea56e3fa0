import type { Entry, EntryOf } from './schema.js';
import { PHASES } from './schema.js';

/** What contradicts the entries before it. */
interface Contradiction {
  /** Number of the line that is wrong. */
  readonly line: number;
  /** To follow "line 5: ". */
  readonly why: string;
}

/** Looks at the next entry of a record; `line` is its number. */
export type ConsistencyCheck = (entry: Entry, line: number) => Contradiction | undefined;

/** One thing that holds in every record. It keeps what it needs of the entries before. */
type Rule = () => (entry: Entry, line: number) => string | Contradiction | undefined;

/**
 * Checks that the entries of a record agree with each other, as those of a drill do: a judgement of others would be
 * nonsense. What one entry says by itself is for the schema.
 */
export function createConsistencyCheck(rules: readonly Rule[] = RULES): ConsistencyCheck {
  const checks = rules.map((rule) => rule());
  return (entry, line) => {
    for (const check of checks) {
      const found = check(entry, line);
      if (found !== undefined) return typeof found === 'string' ? { line, why: found } : found;
    }
    return undefined;
  };
}

/** The end is the last entry. */
const nothingAfterEnd: Rule = () => {
  let hasEnded = false;
  return ({ type }) => {
    if (hasEnded) return `an entry of the type ${type} after the end`;
    hasEnded = type === 'end';
    return undefined;
  };
};

/**
 * Each source writes in the order of its time. Different ones may wait for different things before they write. The guest's
 * journal, and the kills in it, are in the order in which journald got them.
 */
const timeRises: Rule = () => {
  const latest = new Map<string, number>();
  return (entry) => {
    if (entry.type === 'header' || entry.type === 'journal' || entry.type === 'kill') return undefined;
    const source = entry.type === 'sidecar' ? `${entry.type} ${entry.unit}` : entry.type;
    const before = latest.get(source) ?? 0;
    latest.set(source, entry.t);
    return entry.t < before ? `the time goes back from ${before} to ${entry.t}` : undefined;
  };
};

/** What a drill does, one after the other. */
const phasesInOrder: Rule = () => {
  let last = -1;
  return (entry) => {
    if (entry.type !== 'phase') return undefined;
    const before = PHASES[last];
    const index = PHASES.indexOf(entry.name);
    if (index <= last) return `the phase ${entry.name} after ${before === entry.name ? 'itself' : before}`;
    last = index;
    return undefined;
  };
};

/** Numbers that only rise from sample to sample, in words. */
const RISING: readonly (readonly [words: string, read: (sample: EntryOf<'sample'>) => number])[] = [
  ['seq', ({ seq }) => seq],
  ['guestMonotonicMs', ({ guestMonotonicMs }) => guestMonotonicMs],
];

/** The sampler counts its ticks, and its guest's monotonic clock does not stand still. */
const samplesRise: Rule = () => {
  let before: EntryOf<'sample'> | undefined;
  return (entry) => {
    if (entry.type !== 'sample') return undefined;
    const last = before;
    before = entry;
    if (last === undefined) return undefined;
    if (entry.samplerCpuMs < last.samplerCpuMs)
      return `samplerCpuMs falls from ${last.samplerCpuMs} to ${entry.samplerCpuMs}`;
    const [words, read] = RISING.find(([, number]) => number(entry) <= number(last)) ?? [];
    return read && `${words} does not rise: ${read(entry)} after ${read(last)}`;
  };
};

/** Pressure that lasted longer than the time may lag behind a little: the kernel adds it up every 2 s (Linux, psi.c, PSI_FREQ). */
const MAX_LAG_MS = 10_000;

/** A cgroup was under pressure for no longer than the time that passed. */
const pressureWithinTime: Rule = () => {
  const first = new Map<string, { readonly totalUs: number; readonly guestMs: number }>();
  return (entry) => {
    if (entry.type !== 'sample') return undefined;
    for (const [role, { pressure }] of Object.entries(entry.cgroups)) {
      const totalUs = pressure?.some.totalUs;
      if (totalUs === undefined) continue;
      const since = first.get(role);
      // The counters of a new cgroup, that of a restarted unit, start from zero.
      if (since === undefined || totalUs < since.totalUs) first.set(role, { totalUs, guestMs: entry.guestMonotonicMs });
      else {
        const [stalledMs, passedMs] = [(totalUs - since.totalUs) / 1e3, entry.guestMonotonicMs - since.guestMs];
        if (stalledMs > passedMs + MAX_LAG_MS)
          return `${role} waited for memory for ${stalledMs} ms within ${passedMs} ms`;
      }
    }
    return undefined;
  };
};

/** Floating point: the due times of a drill of minutes are exact to a millionth of this. Milliseconds. */
const SAME_TIME_MS = 1;

/** Requests to one server: each ends once, after it was due, and all are due on one schedule. */
const requestsOnSchedule: Rule = () => {
  const ended = new Map<string, Set<number>>();
  const first = new Map<string, { readonly id: number; readonly scheduledT: number }>();
  let intervalMs: number | undefined;
  let loginIntervalMs: number | undefined;
  return (entry) => {
    if (entry.type === 'header') {
      intervalMs = entry.probe.intervalMs;
      loginIntervalMs = entry.wayIn?.intervalMs;
    }
    if (entry.type !== 'probe' && entry.type !== 'sidecar' && entry.type !== 'login') return undefined;
    const { id, scheduledT, t } = entry;
    const source = entry.type === 'sidecar' ? `sidecar ${entry.unit}` : entry.type;
    const ids = ended.get(source) ?? new Set();
    ended.set(source, ids);
    if (ids.has(id)) return `the request ${id} ends a second time`;
    ids.add(id);
    if (scheduledT > t) return `the request ${id} ends at ${t}, before it was due at ${scheduledT}`;
    const start = first.get(source) ?? { id, scheduledT };
    first.set(source, start);
    // How often sidecars are asked is not in the record.
    const apart = entry.type === 'login' ? loginIntervalMs : entry.type === 'probe' ? intervalMs : undefined;
    if (apart === undefined) return undefined;
    const due = start.scheduledT + (id - start.id) * apart;
    return Math.abs(due - scheduledT) > SAME_TIME_MS
      ? `the request ${id} was due at ${scheduledT}, but the schedule of the others says ${due}`
      : undefined;
  };
};

/** What is in a record once, by its key; undefined for what may be there several times. */
function keyOf(entry: Entry): string | undefined {
  switch (entry.type) {
    case 'versions':
    case 'speed':
      return `a second entry of the type ${entry.type}`;
    case 'injection':
      return `a second injection ${entry.name}`;
    case 'unit':
      return `a second state of ${entry.unit} as ${entry.role ?? 'server'} ${entry.when} the injection`;
    case 'bystander':
      return `a second state of ${entry.name} (PID ${entry.pid}) ${entry.when} the injection`;
    default:
      return undefined;
  }
}

const onlyOnce: Rule = () => {
  const seen = new Set<string>();
  return (entry) => {
    const key = keyOf(entry);
    if (key === undefined) return undefined;
    if (seen.has(key)) return key;
    seen.add(key);
    return undefined;
  };
};

/** Progress is that of the drill's own injections. An interrupted drill may have ended before it wrote them down. */
const progressIsDeclared: Rule = () => {
  const declared = new Set<string>();
  const seen = new Map<string, number>();
  return (entry, line) => {
    if (entry.type === 'injection') declared.add(entry.name);
    if (entry.type === 'sample')
      for (const name of Object.keys(entry.progress)) if (!seen.has(name)) seen.set(name, line);
    if (entry.type !== 'end' || entry.error) return undefined;
    for (const [name, at] of seen)
      if (!declared.has(name)) return { line: at, why: `progress of ${name}, which is not an injection of the record` };
    return undefined;
  };
};

const RULES: readonly Rule[] = [
  nothingAfterEnd,
  onlyOnce,
  timeRises,
  phasesInOrder,
  samplesRise,
  pressureWithinTime,
  requestsOnSchedule,
  progressIsDeclared,
];
