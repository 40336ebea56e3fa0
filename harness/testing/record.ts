import { MIB } from '../core/bytes.js';
import { withoutUndefined } from '../core/defined.js';
import type { RunRecord } from '../record/reader.js';
import {
  type CgroupSample,
  type Entry,
  type EntryOf,
  type Expectation,
  type Header,
  type InjectionProgress,
  PHASES,
  RECORD_SCHEMA,
  type Watchdog,
} from '../record/schema.js';

/**
 * A drill as a story, for tests: the behaviour of server, hog and host as functions of the record's time in
 * milliseconds. By default it is a contained drill at scale 1/8: a hog holds 12.35G of 16G and does no harm.
 */
export interface Story {
  readonly expect: Expectation;
  readonly control: boolean;
  readonly watchdog: Watchdog;
  readonly limits: { readonly high: number | null; readonly max: number | null; readonly swapMax: number | null };
  readonly targetBytes: number | null;
  /** The starts of the phases, and the end of observation. */
  readonly times: {
    readonly baseline: number;
    readonly injection: number;
    readonly hold: number;
    /** Only if the limits are repaired while the hog holds. */
    readonly repair?: number;
    readonly release: number;
    readonly recovery: number;
    readonly end: number;
  };
  /** The end and the result of the request that was due at this time; null if it never ended. */
  readonly request: (scheduledT: number) => Pick<EntryOf<'probe'>, 't' | 'ok' | 'error'> | null;
  /** Undefined where it is not there. */
  readonly cgroup: (t: number) => CgroupSample | undefined;
  /** The same of the canary; absent where the record is of a drill without one. */
  readonly canary?: Story['request'];
  /** Pressure of the whole guest. */
  readonly box?: (t: number) => EntryOf<'sample'>['box'];
  /** Progress of the injection; null while it does not run. */
  readonly progress: (t: number) => InjectionProgress | null;
  /** Changes to the injection's entry, which is that of a hog. */
  readonly injection?: Partial<EntryOf<'injection'>>;
  readonly serverTask: (t: number) => string;
  readonly availableBytes: (t: number) => number;
  readonly before: Partial<EntryOf<'unit'>>;
  readonly after: Partial<EntryOf<'unit'>> | null;
  readonly host: (t: number) => Partial<EntryOf<'host'>>;
  /** Further entries, added before `end`. */
  readonly more: readonly Entry[];
  /** Entries for which this is false are left out of the record. */
  readonly keep: (entry: Entry) => boolean;
  readonly end: Partial<EntryOf<'end'>> | null;
}

export const SERVER_PID = 412;
export const HOG_PID = 733;
export const AGENT_PID = 430;
export const TARGET_BYTES = 1_580 * MIB;
export const TIMES = {
  baseline: 1_000,
  injection: 6_000,
  hold: 9_000,
  release: 54_000,
  recovery: 54_400,
  end: 58_000,
} as const;
const PROBE = { path: '/api/auth/session', intervalMs: 200, timeoutMs: 20_000 } as const;

const answered = (scheduledT: number) => ({ t: scheduledT + 30, ok: true });

/** Requests to a server that is silent from one time to another, and then answers all requests that still wait. */
export function silentBetween(from: number, to: number): Story['request'] {
  return (scheduledT) => {
    if (scheduledT < from || scheduledT >= to) return answered(scheduledT);
    if (to - scheduledT <= PROBE.timeoutMs) return Number.isFinite(to) ? { t: to + 50, ok: true } : null;
    return { t: scheduledT + PROBE.timeoutMs, ok: false, error: 'timeout' };
  };
}

/** Progress of a memory hog in this state. */
export function hogProgress(
  state: InjectionProgress['state'],
  more: Partial<InjectionProgress> = {},
): InjectionProgress {
  const dead = ['killed', 'exited', 'failed'].includes(state);
  return {
    state,
    pid: HOG_PID,
    task: dead ? '-' : 'S',
    value: 1_400 * MIB,
    unit: 'bytes',
    ...more,
  };
}

/** The values of a cgroup's files, by default without events and stalls. */
export function cgroupSample(current: number, events: Readonly<Record<string, number>> = {}, fullUs = 0): CgroupSample {
  const line = (totalUs: number) => ({ avg10: 0, avg60: 0, avg300: 0, totalUs });
  return {
    current,
    events: { low: 0, high: 0, max: 0, oom: 0, oom_kill: 0, ...events },
    stat: { anon: current, file: 20 * MIB, workingset_refault_file: 0 },
    pressure: { some: line(fullUs), full: line(fullUs) },
  };
}

/** Memory of the default story, with this much stall at a time, microseconds. */
const heldMemory = (t: number, fullUs = 0): CgroupSample =>
  cgroupSample(t >= TIMES.hold && t < TIMES.release ? TARGET_BYTES : 180 * MIB, {}, fullUs);

/** The same silence, in which all tasks of the cgroup wait for memory for 70 % of the time. */
export function shortOfMemoryBetween(from: number, to: number): Pick<Story, 'request' | 'cgroup'> {
  return {
    request: silentBetween(from, to),
    cgroup: (t) => heldMemory(t, Math.max(0, Math.min(t, to) - from) * 700),
  };
}

const CONTAINED: Story = {
  expect: { outcomes: ['contained'] },
  control: false,
  watchdog: { kind: 'heartbeat', intervalMs: 10_000, windowMs: 20_000 },
  limits: { high: null, max: 2_048 * MIB, swapMax: 0 },
  targetBytes: TARGET_BYTES,
  times: TIMES,
  request: answered,
  cgroup: (t) => heldMemory(t),
  progress: (t) =>
    t < TIMES.injection ? null : hogProgress(t < TIMES.hold ? 'ramping' : t < TIMES.release ? 'holding' : 'killed'),
  serverTask: () => 'S',
  availableBytes: () => 1_024 * MIB,
  before: {},
  after: {},
  host: () => ({}),
  more: [],
  keep: () => true,
  end: {},
};

/** Composes the header of a record. */
export function composeHeader({
  expect,
  control,
  watchdog,
}: Pick<Story, 'expect' | 'control' | 'watchdog'> = CONTAINED): Header {
  return {
    type: 'header',
    schema: RECORD_SCHEMA,
    id: 'composed',
    startedAt: '2026-07-02T15:42:00.000Z',
    oomdrill: '0.1.0',
    scenario: {
      name: 'composed',
      hypothesis: 'A composed drill is judged like a real one.',
      control,
      bundle: 'devvm',
      expect,
    },
    guest: 'trixie',
    machine: 'qemu',
    accelerator: 'tcg',
    scale: 8,
    watchdog,
    probe: PROBE,
    sampleIntervalMs: 100,
    host: {
      cpus: 2,
      cpuModel: 'model',
      memoryBytes: 24 * 1024 * MIB,
      availableBytes: 20 * 1024 * MIB,
      kernel: '6.1.0',
      distribution: 'Debian 12',
    },
    guestMemoryBytes: 3_008 * MIB,
    guestCpus: 2,
  };
}

/** Composes the record of a story. */
export function compose(changes: Partial<Story> = {}): RunRecord {
  const story = { ...CONTAINED, ...changes };
  const { times, end } = story;
  const parts = [composeOpening(story), composeObservations(story), composeClosing(story), story.more];
  const entries = parts.flat().filter(story.keep);
  const whole: Entry[] = end === null ? entries : [...entries, { type: 'end', t: times.end + 2_000, ...end }];
  return { header: composeHeader(story), entries: whole, truncated: end === null };
}

/** The text of a record's file. */
export function recordText({ header, entries }: RunRecord): string {
  return [header, ...entries].map((entry) => `${JSON.stringify(entry)}\n`).join('');
}

const HOG_SERVICE = 'oomdrill-hog-hog.service';
const UNIT = 'web@blue.service';
export const CGROUP = `/system.slice/system-web.slice/${UNIT}`;

function composeUnitEntry(t: number, when: 'before' | 'after', changes: Partial<EntryOf<'unit'>>): EntryOf<'unit'> {
  return {
    type: 'unit',
    t,
    when,
    unit: UNIT,
    mainPid: SERVER_PID,
    nRestarts: 0,
    activeState: 'active',
    subState: 'running',
    result: 'success',
    listening: true,
    ...changes,
  };
}

function composeOpening({ before, limits }: Story): Entry[] {
  return [
    { type: 'effect', t: 0, unit: UNIT, cgroup: CGROUP, limits, checks: [] },
    { type: 'phase', t: 0, name: 'settle' },
    composeUnitEntry(0, 'before', before),
    { type: 'bystander', t: 0, name: 'agent', when: 'before', pid: AGENT_PID, alive: true },
  ];
}

/** All entries of the observers. */
function composeObservations(story: Story): Entry[] {
  const { times } = story;
  const every = (ms: number): number[] => Array.from({ length: Math.ceil(times.end / ms) }, (_, index) => index * ms);
  const phases = PHASES.flatMap((name): Entry[] => {
    const t = name === 'settle' ? undefined : times[name];
    return t === undefined ? [] : [{ type: 'phase', t, name }];
  });
  const injection: Entry = {
    type: 'injection',
    t: times.injection,
    kind: 'memory-hog',
    words: { noun: 'hog', verb: 'grow' },
    name: 'hog',
    comm: 'ugrep',
    cgroup: CGROUP,
    targetBytes: story.targetBytes,
    describes: 'to 12.35G in all',
    ...story.injection,
  };
  const samples = every(100).map((t, seq): Entry => {
    const progress = story.progress(t);
    const cgroup = story.cgroup(t);
    return withoutUndefined<Entry>({
      type: 'sample',
      t: t + 5,
      seq,
      guestMonotonicMs: 90_000 + t,
      guestWallMs: t,
      samplerCpuMs: t / 100,
      cgroups: cgroup ? { server: cgroup } : {},
      server: { pid: SERVER_PID, task: story.serverTask(t) },
      listen: { queue: 0 },
      progress: progress ? { hog: progress } : {},
      memAvailableBytes: story.availableBytes(t),
      box: story.box?.(t),
    });
  });
  const asked = (type: 'probe' | 'canary', request: Story['request']): Entry[] =>
    every(PROBE.intervalMs).flatMap((scheduledT, id) => {
      const ended = request(scheduledT);
      return ended && ended.t <= times.end ? [{ type, id, scheduledT, ...ended }] : [];
    });
  const probes = asked('probe', story.request);
  const canary = story.canary ? asked('canary', story.canary) : [];
  const hosts = every(1_000).map(
    (t): Entry => ({
      type: 'host',
      t,
      loopStallMs: 25,
      load1: 1,
      availableBytes: 20 * 1024 * MIB,
      stealPercent: 0,
      clockDriftMs: 0,
      ...story.host(t),
    }),
  );
  return [...phases, injection, ...samples, ...probes, ...canary, ...hosts].sort(
    (a, b) => ('t' in a ? a.t : 0) - ('t' in b ? b.t : 0),
  );
}

function composeClosing({ times, after }: Story): Entry[] {
  const t = times.end - 100;
  const agent: Entry = { type: 'bystander', t, name: 'agent', when: 'after', pid: AGENT_PID, alive: true };
  // The end of the hog's own service, which is in the journal of each drill that was released.
  const released: Entry = {
    type: 'journal',
    t,
    unit: HOG_SERVICE,
    message: `${HOG_SERVICE}: Deactivated successfully.`,
  };
  return after ? [composeUnitEntry(t, 'after', after), agent, released] : [agent, released];
}
