import { z } from 'zod';

/**
 * The run record: JSON lines, one entry a line, written as things are seen and closed before anything is judged.
 * `t` is always milliseconds since the record was opened, on the host's monotonic clock: a guest that is squeezed is a bad clock.
 * Byte quantities are those of the guest, that is, after scaling.
 */
export const RECORD_SCHEMA = 'oomdrill.record/2';

const t = z.number();
const bytes = z.number().nonnegative();
/** A limit: bytes, or null for none (`infinity`, `max`): JSON has no Infinity. */
const limit = bytes.nullable();

/** How patient the server's clients are; both models are described in docs/watchdogs.md. */
const watchdogSchema = z.discriminatedUnion('kind', [
  /** A heartbeat every `intervalMs`; the client reconnects after more than `windowMs` without a response. */
  z.object({ kind: z.literal('heartbeat'), intervalMs: z.number().positive(), windowMs: z.number().positive() }),
  /** A ping every `intervalMs`; the client drops the connection at the `missed`-th unanswered one. */
  z.object({
    kind: z.literal('ping'),
    intervalMs: z.number().positive(),
    missed: z.number().int().positive(),
    backoffMs: z.array(z.number().positive()).nonempty(),
  }),
]);

/** Names of the outcomes; all else about them is in the table of harness/verdict/outcomes.ts. */
export const OUTCOME_NAMES = [
  'inconclusive',
  'escaped',
  'unit-stopped',
  'collateral-kill',
  'livelocked',
  'wounded',
  'degraded',
  'contained',
] as const;
export const outcomeSchema = z.enum(OUTCOME_NAMES);

/** What must come out of a drill. Every bound that is present must hold, besides the outcome. */
export const expectationSchema = z.object({
  outcomes: z.array(outcomeSchema).nonempty(),
  /** Above this the outcome is `degraded` rather than `contained`. Milliseconds. */
  longestGapMs: z.number().positive().optional(),
  /** What may be, and must be, killed: nothing; all processes that were injected and no others; at least one of them and no others. */
  killed: z.enum(['none', 'injections', 'some-injections']).optional(),
  /** All tasks of the cgroup stood still for at least this share of the hold (PSI `full`), percent. */
  fullStallPercent: z.number().positive().max(100).optional(),
  /** Exact number of `high` events of memory.events between injection and release. */
  highEvents: z.number().int().nonnegative().optional(),
  /** After the release the server must answer again within this many milliseconds. */
  answersWithinMs: z.number().positive().optional(),
  /** After a live repair began, with the hogs still there, the server must answer again within this many milliseconds. */
  repairedWithinMs: z.number().positive().optional(),
  /** No unit beside the serving one may leave its clients without a full answer for longer than this. Milliseconds. */
  sidecarGapMs: z.number().positive().optional(),
  /** `memory.current` of the cgroup that limits the last hog stays within this: the limit that is claimed, whatever is in effect. Guest bytes. */
  withinBytes: bytes.optional(),
  /** The same of its `memory.swap.current`. */
  swapWithinBytes: bytes.optional(),
  /** Whether the server keeps its main PID, and systemd counts no restart. */
  sameServer: z.boolean().optional(),
  /** Whether systemd lets the units live that the hogs' places are. */
  placeLives: z.boolean().optional(),
});

/** `repair` only in a drill whose limits are repaired while the hogs hold. */
export const PHASES = ['settle', 'baseline', 'injection', 'hold', 'repair', 'release', 'recovery'] as const;
const phaseNameSchema = z.enum(PHASES);

/** Limits of a cgroup as proved in effect, in guest bytes. */
const limitsSchema = z.object({ high: limit, max: limit, swapMax: limit });

const headerEntry = z.object({
  type: z.literal('header'),
  schema: z.literal(RECORD_SCHEMA),
  id: z.string(),
  /** Wall clock of the host, ISO 8601, at t = 0. */
  startedAt: z.string(),
  oomdrill: z.string(),
  scenario: z.object({
    name: z.string(),
    hypothesis: z.string(),
    control: z.boolean(),
    bundle: z.string(),
    /** The scenario's own bundle, where another was drilled in its place. */
    ownBundle: z.string().optional(),
    expect: expectationSchema,
  }),
  /** The drill that this one is the second try of, by its record's `id`, and how the host spoiled it. Absent in older records. */
  secondTryOf: z.object({ id: z.string(), reason: z.string() }).optional(),
  /** Folder of the installation that was drilled in place of the stand-in. */
  server: z.string().optional(),
  guest: z.string(),
  machine: z.string(),
  accelerator: z.string(),
  /** Every byte quantity of the bundle was divided by this. */
  scale: z.number().positive(),
  watchdog: watchdogSchema,
  /** How the prober asks: the workload's own path, and the interval of its open-model schedule. */
  probe: z.object({ path: z.string(), intervalMs: z.number().positive(), timeoutMs: z.number().positive() }),
  sampleIntervalMs: z.number().positive(),
  host: z.object({
    cpus: z.number(),
    cpuModel: z.string(),
    memoryBytes: bytes,
    availableBytes: bytes,
    kernel: z.string(),
    distribution: z.string(),
  }),
  guestMemoryBytes: bytes,
  guestCpus: z.number(),
});

/** What the guest runs: kernel, systemd and the packages that matter, by name. */
const versionsEntry = z.object({ type: z.literal('versions'), t, versions: z.record(z.string(), z.string()) });

const phaseEntry = z.object({ type: z.literal('phase'), t, name: phaseNameSchema });

/** Proof that the bundle is in effect: what was wanted beside what systemd and the kernel say. */
export const effectEntry = z.object({
  type: z.literal('effect'),
  t,
  unit: z.string(),
  cgroup: z.string(),
  /** The server's where it is not said. */
  role: z.string().optional(),
  limits: limitsSchema,
  checks: z.array(z.object({ what: z.string(), wanted: z.string(), found: z.string(), ok: z.boolean() })),
});

/**
 * What a hog's memory is. `anonymous` and `shared` (tmpfs and the like, proc_meminfo(5), Shmem) go only to swap; `page-cache` is
 * given back under pressure.
 */
const memoryKindSchema = z.enum(['anonymous', 'shared', 'page-cache']);

/** One injection to be started: what it is told to do. */
const injectionEntry = z.object({
  type: z.literal('injection'),
  t,
  /** Kind of injection: `memory-hog`. */
  kind: z.string(),
  /** What one of this kind is called, and what it does, a verb that takes an s: `hog`, `grow`. */
  words: z.object({ noun: z.string(), verb: z.string() }),
  /** Names the injection among those of its drill. */
  name: z.string(),
  comm: z.string(),
  cgroup: z.string(),
  /**
   * Where memory.current of the cgroup is to come to rest; null for one that grows past every limit, absent for one that is not
   * after memory.
   */
  targetBytes: bytes.nullable().optional(),
  /** How far it is to go, in words that follow the verb: `to 12.35G in all`. */
  describes: z.string(),
  /** Anonymous where it is not said. */
  memory: memoryKindSchema.optional(),
  /** The target is the hog's own memory, not that of the cgroup. */
  own: z.boolean().optional(),
  /** Role of the cgroup whose limits it meets; the server's where it is not said. */
  role: z.string().optional(),
  /** How fast it grows near the limit, where it creeps there. */
  creepBytesPerSecond: z.number().positive().optional(),
});

const psiLine = z.object({ avg10: z.number(), avg60: z.number(), avg300: z.number(), totalUs: z.number() });
const pressureSchema = z.object({ some: psiLine, full: psiLine });

const cgroupSampleSchema = z.object({
  current: bytes,
  /** `memory.swap.current`, in every tenth sample. */
  swap: bytes.optional(),
  events: z.record(z.string(), z.number()),
  stat: z.record(z.string(), z.number()),
  pressure: pressureSchema.optional(),
});

/** On its way, where it is to be, or over. */
export const progressStateSchema = z.enum(['starting', 'ramping', 'holding', 'killed', 'exited', 'failed']);

/** How far an injection is, of whichever kind. */
export const progressSchema = z.object({
  state: progressStateSchema,
  /** How much it has done, and where it is to hold, in `unit`: `bytes`, `processes`, `files`. */
  value: z.number().nonnegative(),
  unit: z.string(),
  target: z.number().nonnegative().optional(),
  /** Of its first process; absent where it has none of its own. */
  pid: z.number().int().optional(),
  /** That process' state: one letter of /proc/PID/stat, `-` when it is gone. */
  task: z.string().optional(),
  /** Of the signal that ended it, where it was `killed`. */
  signal: z.number().int().optional(),
  /** Where it `exited` or `failed`. */
  exitCode: z.number().int().optional(),
});

const sampleEntry = z.object({
  type: z.literal('sample'),
  t,
  /** Number of the sampler's tick: a missing number is a missed sample. */
  seq: z.number().int().nonnegative(),
  /** Guest clocks, milliseconds: monotonic, and wall. */
  guestMonotonicMs: z.number(),
  guestWallMs: z.number(),
  /** CPU time the sampler itself has used, milliseconds. */
  samplerCpuMs: z.number(),
  /** By role: `server` is the serving unit's cgroup, others are those of the places where hogs are. */
  cgroups: z.record(z.string(), cgroupSampleSchema),
  /** The server's main process: state letter of /proc/PID/stat, or `-` when it is gone. */
  server: z.object({ pid: z.number().int(), task: z.string() }).optional(),
  /** The listening socket of the serving port; absent when nothing listens. Source: proc_net_tcp (rx_queue of a LISTEN line). */
  listen: z.object({ queue: z.number().int() }).nullable().optional(),
  /** How far each injection is, by its name. */
  progress: z.record(z.string(), progressSchema),
  memAvailableBytes: bytes.optional(),
});

/** One full request and response, or what became of it. Written when it ended. */
const probeEntry = z.object({
  type: z.literal('probe'),
  /** When it ended. */
  t,
  id: z.number().int().nonnegative(),
  /** When the schedule wanted it sent: latency counts from here. */
  scheduledT: z.number(),
  ok: z.boolean(),
  status: z.number().int().optional(),
  /** `timeout`, `not-sent` (too many were waiting), `refused`, `reset`, `closed`, `bad-answer` or the system's error code. */
  error: z.string().optional(),
});

/** The same asked of a unit that runs beside the serving one. */
const sidecarEntry = probeEntry.extend({ type: z.literal('sidecar'), unit: z.string() });

/** The client's session: a WebSocket under the watchdog model. */
const sessionEntry = z.object({
  type: z.literal('session'),
  t,
  event: z.enum(['connected', 'answered', 'dropped-by-watchdog', 'closed', 'failed']),
  latencyMs: z.number().optional(),
  detail: z.string().optional(),
});

/** A kill by the kernel's OOM killer, from the kernel log. `t` is when the guest's kernel logged it, on the host's clock. */
const killEntry = z.object({
  type: z.literal('kill'),
  t,
  pid: z.number().int(),
  comm: z.string(),
  /** `CONSTRAINT_MEMCG` for a cgroup's limit, `CONSTRAINT_NONE` for the whole box. */
  constraint: z.string(),
  memcg: z.string().optional(),
});

/** Somebody who must live through the drill, seen before the injection and after the recovery. */
const bystanderEntry = z.object({
  type: z.literal('bystander'),
  t,
  name: z.string(),
  when: z.enum(['before', 'after']),
  pid: z.number().int().nullable(),
  alive: z.boolean(),
});

/** `systemctl show` of the serving unit, or of the unit that a place is. */
const unitEntry = z.object({
  type: z.literal('unit'),
  t,
  /** Of the place; the serving unit's where it is not said. */
  role: z.string().optional(),
  when: z.enum(['before', 'after']),
  unit: z.string(),
  mainPid: z.number().int(),
  nRestarts: z.number().int(),
  activeState: z.string(),
  subState: z.string(),
  result: z.string(),
  listening: z.boolean(),
});

/** The host's own state, so that a drill on a starved host is not believed. */
const hostEntry = z.object({
  type: z.literal('host'),
  t,
  /** Longest stall of the harness' own event loop since the last such entry, milliseconds. */
  loopStallMs: z.number(),
  load1: z.number(),
  availableBytes: bytes,
  /** Share of CPU time stolen by the hypervisor above this host since the last entry, percent. */
  stealPercent: z.number(),
  /** How far the host's wall clock moved against its monotonic clock since the record began, milliseconds. */
  clockDriftMs: z.number(),
  /** How many of the host's cores others kept busy since the last entry: neither the guest nor the harness, nor what runs at a low priority. Absent where it is not known. */
  othersBusyCores: z.number().nonnegative().optional(),
});

/** Guest wall clock less host wall clock, milliseconds, as measured over the control channel. */
const clockEntry = z.object({ type: z.literal('clock'), t, offsetMs: z.number(), roundTripMs: z.number() });

/** A line of the guest's journal. */
const journalEntry = z.object({
  type: z.literal('journal'),
  t,
  unit: z.string(),
  message: z.string(),
});

const noteEntry = z.object({ type: z.literal('note'), t, message: z.string() });

/** Where the time of the drill went, milliseconds. */
export const timingsSchema = z.object({
  machineMs: z.number(),
  installMs: z.number(),
  rampMs: z.number(),
  holdMs: z.number(),
  recoveryMs: z.number(),
  totalMs: z.number(),
  overheadMs: z.number(),
});

/** The last line of a whole record. `error` when the machine failed and the drill was broken off. */
const endEntry = z.object({
  type: z.literal('end'),
  t,
  timings: timingsSchema.optional(),
  error: z.object({ code: z.string(), message: z.string(), hint: z.string().optional() }).optional(),
});

export const entrySchema = z.discriminatedUnion('type', [
  headerEntry,
  versionsEntry,
  phaseEntry,
  effectEntry,
  injectionEntry,
  sampleEntry,
  probeEntry,
  sidecarEntry,
  sessionEntry,
  killEntry,
  bystanderEntry,
  unitEntry,
  hostEntry,
  clockEntry,
  journalEntry,
  noteEntry,
  endEntry,
]);

/** The types of entries that this version knows. */
export const ENTRY_TYPES: ReadonlySet<string> = new Set(entrySchema.options.map(({ shape }) => shape.type.value));

export type Entry = z.infer<typeof entrySchema>;
export type EntryOf<T extends Entry['type']> = Extract<Entry, { type: T }>;
export type Header = z.infer<typeof headerEntry>;
export type Expectation = z.infer<typeof expectationSchema>;
export type Outcome = z.infer<typeof outcomeSchema>;
export type PhaseName = z.infer<typeof phaseNameSchema>;
export type Watchdog = z.infer<typeof watchdogSchema>;
export type Limits = z.infer<typeof limitsSchema>;
export type SampledPressure = z.infer<typeof pressureSchema>;
export type CgroupSample = z.infer<typeof cgroupSampleSchema>;
export type InjectionProgress = z.infer<typeof progressSchema>;
export type Timings = z.infer<typeof timingsSchema>;
