import fc from 'fast-check';
import type { RunRecord } from '../../harness/record/reader.js';
import type { CgroupSample, Entry, EntryOf, Expectation } from '../../harness/record/schema.js';
import {
  AGENT_PID,
  CGROUP,
  cgroupSample,
  compose,
  HOG_PID,
  hogProgress,
  SERVER_PID,
  type Story,
  silentBetween,
  TARGET_BYTES,
  TIMES,
} from '../../harness/testing/record.js';

/** The types of entries that a record may be without. */
const DROPPABLE = [
  'phase',
  'effect',
  'injection',
  'sample',
  'probe',
  'canary',
  'unit',
  'bystander',
  'host',
  'journal',
  'kill',
] as const;

/** Parts of a sample, of the cgroup in it, and of other entries, that a record may be without. */
const FIELDS = [
  'cgroups',
  'server',
  'progress',
  'listen',
  'memAvailableBytes',
  'box',
  'pressure',
  'swap',
  'events',
  'stat',
  'pid',
  'task',
  'memcg',
  'name',
] as const;

const KILLS = ['none', 'kernel', 'unnamed', 'group', 'guest', 'earlyoom', 'oomd', 'policy'] as const;
const SERVERS = ['answering', 'silent', 'slow', 'never again'] as const;
const HOGS = ['holding', 'ramping', 'killed', 'exited', 'starting', 'never'] as const;

/** A drill, and what its record has lost. */
export interface Holes {
  readonly server: (typeof SERVERS)[number];
  readonly hog: (typeof HOGS)[number];
  readonly kill: (typeof KILLS)[number];
  readonly expected: Expectation['outcomes'][number];
  /** All entries of these types are missing. */
  readonly types: readonly (typeof DROPPABLE)[number][];
  /** Each of these parts is missing in every so many entries; 1 for all. */
  readonly fields: readonly { readonly field: (typeof FIELDS)[number]; readonly each: number }[];
  /** From these times on there are no samples, and no requests. */
  readonly samplesUntil: number;
  readonly requestsUntil: number;
  /** A phase that is missing, by its place among all. */
  readonly phase: number;
  /** How fast the guest's clock runs against the host's: it may stand, or run backwards. */
  readonly clock: number;
  readonly numbers: 'whole' | 'twice' | 'late' | 'restarted';
  /** Whether the record was cut off, and whether the drill ended with an error. */
  readonly isCut: boolean;
  readonly isRestarted: boolean;
}

const times = fc.constantFrom(0, TIMES.baseline, TIMES.injection + 500, TIMES.hold, 20_000, TIMES.release, 1e9);

export const holes: fc.Arbitrary<Holes> = fc.record({
  server: fc.constantFrom(...SERVERS),
  hog: fc.constantFrom(...HOGS),
  kill: fc.constantFrom(...KILLS),
  expected: fc.constantFrom('contained', 'livelocked', 'collateral-kill', 'unit-stopped', 'inconclusive', 'degraded'),
  types: fc.subarray([...DROPPABLE], { maxLength: 3 }),
  fields: fc.array(fc.record({ field: fc.constantFrom(...FIELDS), each: fc.constantFrom(1, 2, 7) }), { maxLength: 4 }),
  samplesUntil: fc.oneof({ weight: 3, arbitrary: fc.constant(1e9) }, times),
  requestsUntil: fc.oneof({ weight: 3, arbitrary: fc.constant(1e9) }, times),
  phase: fc.constantFrom(-1, -1, 0, 1, 2, 3, 4, 5),
  clock: fc.constantFrom(1, 1, 0, -1, 0.5),
  numbers: fc.constantFrom('whole', 'twice', 'late', 'restarted'),
  isCut: fc.boolean(),
  isRestarted: fc.boolean(),
});

const T = TIMES.hold + 1_000;

const line = (unit: string, message: string): Entry => ({ type: 'journal', t: T, unit, message });

const ENTRIES_OF_KILL: Readonly<Record<Holes['kill'], readonly Entry[]>> = {
  none: [],
  kernel: [{ type: 'kill', t: T, pid: HOG_PID, comm: 'ugrep', constraint: 'CONSTRAINT_MEMCG', memcg: CGROUP }],
  unnamed: [{ type: 'kill', t: T, pid: 900, comm: '', constraint: 'CONSTRAINT_MEMCG' }],
  group: [
    line('kernel', 'memory: usage 2097152kB, limit 2097152kB, failcnt 83'),
    line(
      'kernel',
      `oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),oom_memcg=${CGROUP},task_memcg=${CGROUP},task=ugrep,pid=${HOG_PID},uid=0`,
    ),
    line('kernel', `Tasks in ${CGROUP} are going to be killed due to memory.oom.group set`),
    line('kernel', `Memory cgroup out of memory: Killed process ${SERVER_PID} (node) total-vm:1kB, anon-rss:1kB`),
    line('kernel', `Memory cgroup out of memory: Killed process ${AGENT_PID} (agent) total-vm:1kB, anon-rss:1kB`),
  ],
  guest: [{ type: 'kill', t: T, pid: AGENT_PID, comm: 'agent', constraint: 'CONSTRAINT_NONE' }],
  earlyoom: [
    line('earlyoom.service', 'low memory! at or below SIGTERM limits: mem  5.00%, swap 100.00%'),
    line('earlyoom.service', `sending SIGTERM to process ${HOG_PID} uid 0 "ugrep": oom_score 1048, VmRSS 1664 MiB`),
  ],
  oomd: [
    line(
      'systemd-oomd.service',
      `Killed ${CGROUP} due to memory pressure for /system.slice being 61.32% > 20.00% for > 20s`,
    ),
  ],
  policy: [line('web@blue.service', "web@blue.service: Failed with result 'oom-kill'.")],
};

const REQUESTS: Readonly<Record<Holes['server'], Story['request']>> = {
  answering: silentBetween(0, 0),
  silent: silentBetween(10_000, 45_000),
  slow: (scheduledT) => ({ t: scheduledT + 1_400, ok: true }),
  'never again': silentBetween(10_000, Number.POSITIVE_INFINITY),
};

/** A login that came through, one that did not, and one whose cost is not known. */
const LOGINS: readonly Entry[] = [
  { type: 'login', id: 0, scheduledT: 1_000, t: 2_000, ok: true, cpuUs: { sshd: 1_000_000, sessions: 2_000_000 } },
  { type: 'login', id: 1, scheduledT: 6_000, t: 26_000, ok: false, error: 'timeout' },
  { type: 'login', id: 9, scheduledT: 46_000, t: 47_000, ok: true },
  { type: 'login', id: 10, scheduledT: 51_000, t: 52_000, ok: true, cpuUs: { sshd: 500_000, logind: 1 } },
];

/** The limits in effect, and every bound that a scenario can set, so that each of them may be missed. */
const BOUNDS: Omit<Expectation, 'outcomes'> = {
  longestGapMs: 100,
  killed: 'none',
  firstKiller: 'systemd-oomd',
  fullStallPercent: 50,
  highEvents: 7,
  answersWithinMs: 1,
  repairedWithinMs: 1,
  sidecarGapMs: 1,
  longestLoginGapMs: 1,
  shutOutForMs: 1_000_000,
  withinBytes: 1_000_000,
  swapWithinBytes: 1_000_000,
  sameServer: false,
  placeLives: true,
};

/** Composes the record of a drill with holes. Some of these a reader would refuse, and a program of one's own may judge. */
export function composeWithHoles(holes: Holes): RunRecord {
  const { server, hog, kill, expected, isCut, isRestarted } = holes;
  const story: Partial<Story> = {
    expect: { outcomes: [expected], ...BOUNDS },
    request: REQUESTS[server],
    canary: silentBetween(0, 0),
    cgroup: cgroupOf(kill),
    box: (t) => ({ memory: { someUs: t, fullUs: t }, cpu: { someUs: t } }),
    progress: (t) => (hog === 'never' || t < TIMES.injection ? null : hogProgress(t < T ? 'ramping' : hog)),
    after: isRestarted ? { mainPid: 999, nRestarts: 1 } : {},
    more: [...ENTRIES_OF_KILL[kill], ...LOGINS],
    end: isCut ? null : {},
  };
  const { header, entries, truncated } = compose(story);
  const kept = renumber(dropEntries(entries, holes), holes).map((entry, index) => dropFields(entry, index, holes));
  return { header, entries: kept, truncated };
}

const cgroupOf =
  (kill: Holes['kill']) =>
  (t: number): CgroupSample =>
    cgroupSample(
      t >= TIMES.hold && t < TIMES.release ? TARGET_BYTES : 180 * 1024 ** 2,
      { high: t, oom_kill: t >= T && ['kernel', 'unnamed', 'group'].includes(kill) ? 1 : 0 },
      t * 700,
    );

function dropEntries(entries: readonly Entry[], { types, samplesUntil, requestsUntil, phase }: Holes): Entry[] {
  const lost: ReadonlySet<string> = new Set(types);
  const phases = entries.filter(({ type }) => type === 'phase');
  return entries.filter((entry) => {
    if (lost.has(entry.type) || entry === phases[phase]) return false;
    if (entry.type === 'sample') return entry.t < samplesUntil;
    return entry.type === 'probe' || entry.type === 'canary' ? entry.t < requestsUntil : true;
  });
}

/** Samples that came twice or late, of a sampler that was started again, by a clock that does not run as it should. */
function renumber(entries: readonly Entry[], { numbers, clock }: Holes): Entry[] {
  return entries.flatMap((entry): Entry[] => {
    if (entry.type !== 'sample') return [entry];
    const moved = {
      ...entry,
      guestMonotonicMs: 90_000 + clock * (entry.guestMonotonicMs - 90_000),
      seq: numberOf(entry, numbers),
    };
    return numbers === 'twice' && entry.seq % 3 === 0 ? [moved, moved] : [moved];
  });
}

function numberOf({ seq }: EntryOf<'sample'>, numbers: Holes['numbers']): number {
  if (numbers === 'restarted') return seq % 100;
  if (numbers === 'late') return seq % 10 === 0 ? seq + 1 : seq % 10 === 1 ? seq - 1 : seq;
  return seq;
}

function dropFields(entry: Entry, index: number, { fields }: Holes): Entry {
  const lost = fields.filter(({ each }) => index % each === 0).map(({ field }) => field);
  return lost.reduce((rest, field) => withoutField(rest, field), entry);
}

type Field = (typeof FIELDS)[number];

function withoutField(entry: Entry, field: Field): Entry {
  if (entry.type === 'kill' && field === 'memcg') return without(entry, field);
  if (entry.type === 'bystander' && field === 'pid') return { ...entry, pid: null };
  if (entry.type === 'bystander' && field === 'name') return { ...entry, name: '' };
  if (entry.type !== 'sample') return entry;
  if (field === 'cgroups' || field === 'progress') return { ...entry, [field]: {} };
  if (field === 'pid' || field === 'task')
    return { ...entry, progress: ofEach(entry.progress, (one) => without(one, field)) };
  if (field === 'events' || field === 'stat')
    return { ...entry, cgroups: ofEach(entry.cgroups, (one) => ({ ...one, [field]: {} })) };
  if (field === 'pressure' || field === 'swap')
    return { ...entry, cgroups: ofEach(entry.cgroups, (one) => without(one, field)) };
  return without(entry, field);
}

const ofEach = <V>(record: Readonly<Record<string, V>>, change: (value: V) => V): Record<string, V> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));

function without<V extends object>(value: V, field: string): V {
  const { [field as keyof V]: _, ...rest } = value;
  return rest as V;
}
