import { z } from 'zod';

/**
 * The run record: JSON lines, one entry a line, written as things are seen and closed before anything is judged.
 * `t` is always milliseconds since the record was opened, on the host's monotonic clock: a guest under memory pressure is a bad clock.
 * Byte quantities are those of the guest, that is, after scaling.
 */
export const RECORD_SCHEMA = 'oomdrill.record/2';

const t = z.number().describe('Milliseconds since the record was opened, on the monotonic clock of the host.');
const bytes = z.number().nonnegative();
/** JSON has no Infinity. */
const limit = bytes.nullable().describe('Bytes of the guest; null for no limit (`infinity`, `max`).');

const milliseconds = z.number().positive();

/** Both models are described in docs/watchdogs.md. */
const watchdogSchema = z
  .discriminatedUnion('kind', [
    z.object({
      kind: z.literal('heartbeat'),
      intervalMs: milliseconds.describe('A heartbeat is sent this often, milliseconds.'),
      windowMs: milliseconds.describe('The client reconnects after more than this without a response, milliseconds.'),
    }),
    z.object({
      kind: z.literal('ping'),
      intervalMs: milliseconds.describe('A ping is sent this often, milliseconds.'),
      missed: z
        .number()
        .int()
        .positive()
        .describe('The connection is dropped at the ping with this number that is not answered.'),
      backoffMs: z
        .array(milliseconds)
        .nonempty()
        .describe('How long each next attempt to reconnect waits, milliseconds.'),
    }),
  ])
  .describe('How patient the clients of the server are.');

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
export const outcomeSchema = z.enum(OUTCOME_NAMES).meta({ id: 'outcome', description: 'What happened in a drill.' });

export const expectationSchema = z
  .object({
    outcomes: z.array(outcomeSchema).nonempty().describe('One of these must be the outcome.'),
    longestGapMs: milliseconds
      .optional()
      .describe(
        'No client may wait longer than this for a full answer, milliseconds. Above it the outcome is `degraded` rather than `contained`.',
      ),
    killed: z
      .enum(['none', 'injections', 'some-injections'])
      .optional()
      .describe(
        'What must be killed: nothing; every process that was injected and no other; at least one of them and no other.',
      ),
    fullStallPercent: z
      .number()
      .positive()
      .max(100)
      .optional()
      .describe('All tasks of the cgroup waited for memory for at least this share of the hold (PSI `full`), percent.'),
    highEvents: z
      .number()
      .int()
      .nonnegative()
      .optional()
      .describe('Exact number of `high` events of memory.events between injection and release.'),
    answersWithinMs: milliseconds
      .optional()
      .describe('The server must answer again this soon after the release, milliseconds.'),
    repairedWithinMs: milliseconds
      .optional()
      .describe(
        'The server must answer again this soon after a live repair began, with the hogs still there, milliseconds.',
      ),
    sidecarGapMs: milliseconds
      .optional()
      .describe('No sidecar may leave its clients without a full answer for longer than this, milliseconds.'),
    withinBytes: bytes
      .optional()
      .describe(
        '`memory.current` of the cgroup that limits the last hog must stay within this: the limit that is claimed, whatever is in effect. Bytes of the guest.',
      ),
    swapWithinBytes: bytes.optional().describe('The same of its `memory.swap.current`, bytes of the guest.'),
    sameServer: z
      .boolean()
      .optional()
      .describe('Whether the server keeps its main PID, and systemd counts no restart.'),
    placeLives: z
      .boolean()
      .optional()
      .describe('Whether systemd leaves the units running that the hogs are placed in.'),
  })
  .meta({
    id: 'expectation',
    description: 'What must come out of a drill. Every bound that is present must hold, as well as the outcome.',
  });

/** `repair` only in a drill whose limits are repaired while the hogs hold. */
export const PHASES = ['settle', 'baseline', 'injection', 'hold', 'repair', 'release', 'recovery'] as const;
const phaseNameSchema = z.enum(PHASES);

const limitsSchema = z.object({ high: limit, max: limit, swapMax: limit }).describe('Limits as they are in effect.');

const headerEntry = z
  .object({
    type: z.literal('header'),
    schema: z.literal(RECORD_SCHEMA),
    id: z.string().describe('Names the record, and no other.'),
    startedAt: z.string().describe('Wall clock of the host at t = 0, ISO 8601.'),
    oomdrill: z.string().describe('Version of oomdrill that wrote the record.'),
    scenario: z.object({
      name: z.string(),
      hypothesis: z.string().describe('What is claimed, in a sentence that can turn out wrong.'),
      control: z.boolean().describe('A negative control: the bad outcome is what must come out.'),
      bundle: z.string().describe('Name of the bundle that was drilled.'),
      ownBundle: z.string().optional().describe("The scenario's own bundle, where another was drilled in its place."),
      expect: expectationSchema,
    }),
    secondTryOf: z
      .object({
        id: z.string().describe('The `id` of the record of the first try.'),
        reason: z.string().describe('How the host spoiled it, in a sentence.'),
      })
      .optional()
      .describe('The drill that this one is the second try of; absent for a first try.'),
    server: z.string().optional().describe('Folder of the installation that was drilled in place of the stand-in.'),
    guest: z.string().describe('Name of the guest, such as `bookworm`.'),
    machine: z.string().describe('Kind of the machine, such as `qemu`.'),
    accelerator: z.string().describe('What ran the guest, such as `kvm` or `tcg`.'),
    scale: z.number().positive().describe('Every byte quantity of the bundle was divided by this.'),
    watchdog: watchdogSchema,
    probe: z
      .object({
        path: z.string().describe('Path of the URL that is asked.'),
        intervalMs: milliseconds.describe(
          'A request is sent this often, whatever became of those before, milliseconds.',
        ),
        timeoutMs: milliseconds.describe('A request is given up after this, milliseconds.'),
      })
      .describe('How the server is asked, from outside.'),
    sampleIntervalMs: milliseconds.describe('A sample is taken this often, milliseconds.'),
    host: z
      .object({
        cpus: z.number(),
        cpuModel: z.string(),
        memoryBytes: bytes.describe('Memory in all, bytes of the host.'),
        availableBytes: bytes.describe('Memory that was available when the drill began, bytes of the host.'),
        kernel: z.string().describe('Release of its kernel.'),
        distribution: z.string(),
      })
      .describe('The host that the drill ran on.'),
    guestMemoryBytes: bytes.describe('Memory of the guest, bytes.'),
    guestCpus: z.number().describe('Number of CPUs of the guest.'),
  })
  .meta({ id: 'headerEntry', description: 'The first line: what is drilled, how and where.' });

const versionsEntry = z
  .object({
    type: z.literal('versions'),
    t,
    versions: z.record(z.string(), z.string()).describe('By name: kernel, systemd and the packages that matter.'),
  })
  .meta({ id: 'versionsEntry', description: 'What the guest runs.' });

const phaseEntry = z
  .object({ type: z.literal('phase'), t, name: phaseNameSchema })
  .meta({ id: 'phaseEntry', description: 'A phase of the drill begins.' });

const role = z
  .string()
  .optional()
  .describe('Role of the cgroup: the place that a hog is in. Absent for `server`, the cgroup of the serving unit.');

export const effectEntry = z
  .object({
    type: z.literal('effect'),
    t,
    unit: z.string(),
    cgroup: z.string().describe('Path of the cgroup below the root of the hierarchy.'),
    role,
    limits: limitsSchema,
    checks: z
      .array(z.object({ what: z.string(), wanted: z.string(), found: z.string(), ok: z.boolean() }))
      .describe('Each thing that was wanted, with what systemd and the kernel show.'),
  })
  .meta({ id: 'effectEntry', description: 'Proof that the limits of the bundle are in effect.' });

/** proc_meminfo(5), Shmem. */
const memoryKindSchema = z
  .enum(['anonymous', 'shared', 'page-cache'])
  .describe(
    'What its memory is, `anonymous` where it is absent. `anonymous` and `shared` (tmpfs) can only go to swap; `page-cache` is dropped under pressure.',
  );

const injectionEntry = z
  .object({
    type: z.literal('injection'),
    t,
    kind: z.string().describe('Kind of injection: `memory-hog`.'),
    words: z
      .object({ noun: z.string(), verb: z.string() })
      .describe('What one of this kind is called, and what it does, a verb that takes an s: `hog`, `grow`.'),
    name: z.string().describe('Names the injection among those of its drill.'),
    comm: z.string().describe('Name of its process, as in /proc/PID/comm.'),
    cgroup: z.string().describe('Path of the cgroup that it is put into.'),
    targetBytes: bytes
      .nullable()
      .optional()
      .describe(
        'Where it is to stop growing, bytes of the guest: a size of the cgroup, or its own where `own` is true. Null for one that grows past every limit, absent for one that does not take memory.',
      ),
    describes: z.string().describe('How far it is to go, in words that follow the verb: `to 12.35G in all`.'),
    memory: memoryKindSchema.optional(),
    own: z.boolean().optional().describe('The target is the memory of the hog alone, not of the cgroup.'),
    role,
    creepBytesPerSecond: z
      .number()
      .positive()
      .optional()
      .describe('How fast it grows near the limit, bytes per second, where it creeps there.'),
  })
  .meta({ id: 'injectionEntry', description: 'An injection is to be started.' });

const psiLine = z.object({
  avg10: z.number().describe('Share of the last 10 s, percent.'),
  avg60: z.number().describe('Share of the last 60 s, percent.'),
  avg300: z.number().describe('Share of the last 300 s, percent.'),
  totalUs: z.number().describe('Time in all, microseconds.'),
});
const pressureSchema = z
  .object({ some: psiLine, full: psiLine })
  .describe('`memory.pressure`: the time in which some tasks, or all of them, waited for memory.');

const cgroupSampleSchema = z.object({
  current: bytes.describe('`memory.current`, bytes.'),
  swap: bytes.optional().describe('`memory.swap.current`, bytes; in every tenth sample.'),
  events: z.record(z.string(), z.number()).describe('`memory.events`: how often each has happened.'),
  stat: z.record(z.string(), z.number()).describe('`memory.stat`, in its units.'),
  pressure: pressureSchema.optional(),
});

const taskState = z.string().describe('State of the process: a letter of /proc/PID/stat, `-` when it is gone.');

export const progressStateSchema = z
  .enum(['starting', 'ramping', 'holding', 'killed', 'exited', 'failed'])
  .describe('On its way (`starting`, `ramping`), where it is to be (`holding`), or over.');

export const progressSchema = z
  .object({
    state: progressStateSchema,
    value: z.number().nonnegative().describe('How much it has done, in `unit`.'),
    unit: z.string().describe('`bytes`, `processes`, `files`.'),
    target: z.number().nonnegative().optional().describe('Where it is to hold, in `unit`.'),
    pid: z.number().int().optional().describe('PID of its first process; absent where it has none of its own.'),
    task: taskState.optional(),
    signal: z.number().int().optional().describe('Number of the signal that ended it, where it was `killed`.'),
    exitCode: z.number().int().optional().describe('Exit status, where it `exited` or `failed`.'),
  })
  .meta({ id: 'progress', description: 'How far an injection is.' });

const sampleEntry = z
  .object({
    type: z.literal('sample'),
    t,
    seq: z.number().int().nonnegative().describe("Number of the sampler's tick: a missing number is a missed sample."),
    guestMonotonicMs: z.number().describe('Monotonic clock of the guest, milliseconds.'),
    guestWallMs: z.number().describe('Wall clock of the guest, milliseconds since 1970.'),
    samplerCpuMs: z.number().describe('CPU time that the sampler itself has used, milliseconds.'),
    cgroups: z
      .record(z.string(), cgroupSampleSchema)
      .describe(
        'By role: `server` is the cgroup of the serving unit, others are those of the places that hogs are in.',
      ),
    server: z.object({ pid: z.number().int(), task: taskState }).optional().describe('Main process of the server.'),
    // Source: proc_net_tcp (rx_queue of a LISTEN line).
    listen: z
      .object({ queue: z.number().int().describe('How many connections wait to be accepted.') })
      .nullable()
      .optional()
      .describe('The listening socket of the serving port; null or absent when nothing listens.'),
    progress: z.record(z.string(), progressSchema).describe('How far each injection is, by its name.'),
    memAvailableBytes: bytes.optional().describe('`MemAvailable` of the guest, bytes; in every tenth sample.'),
  })
  .meta({ id: 'sampleEntry', description: 'What the guest is like at this moment.' });

const probeEntry = z
  .object({
    type: z.literal('probe'),
    t,
    id: z.number().int().nonnegative().describe('Number of the request.'),
    scheduledT: z
      .number()
      .describe('When the schedule wanted it sent, milliseconds like `t`: latency counts from here.'),
    ok: z.boolean().describe('Whether a full answer came.'),
    status: z.number().int().optional().describe('Status of the HTTP answer.'),
    error: z
      .string()
      .optional()
      .describe(
        '`timeout`, `not-sent` (too many were waiting), `refused`, `reset`, `closed`, `bad-answer`, or the error code of the system.',
      ),
  })
  .meta({ id: 'probeEntry', description: 'A request to the server and what became of it. Written when it ended.' });

const sidecarEntry = probeEntry
  .extend({ type: z.literal('sidecar'), unit: z.string().describe('The sidecar that was asked.') })
  .meta({ id: 'sidecarEntry', description: 'A request to a sidecar, a unit that runs next to the serving one.' });

const sessionEntry = z
  .object({
    type: z.literal('session'),
    t,
    event: z.enum(['connected', 'answered', 'dropped-by-watchdog', 'closed', 'failed']),
    latencyMs: z.number().optional().describe('How long the answer took, milliseconds.'),
    detail: z.string().optional(),
  })
  .meta({
    id: 'sessionEntry',
    description: 'What happened to the session of a client: a WebSocket under the watchdog model.',
  });

const killEntry = z
  .object({
    type: z.literal('kill'),
    t: t.describe(
      "When the guest's kernel logged it, milliseconds since the record was opened, by the clock of the host.",
    ),
    pid: z.number().int(),
    comm: z.string().describe('Name of the process.'),
    constraint: z
      .string()
      .describe('`CONSTRAINT_MEMCG` for the limit of a cgroup, `CONSTRAINT_NONE` for the whole guest.'),
    memcg: z.string().optional().describe('Path of the cgroup whose limit was reached.'),
  })
  .meta({ id: 'killEntry', description: "A kill by the kernel's OOM killer, from the kernel log." });

const bystanderEntry = z
  .object({
    type: z.literal('bystander'),
    t,
    name: z.string(),
    when: z.enum(['before', 'after']).describe('Before the injection, or after the recovery.'),
    pid: z.number().int().nullable(),
    alive: z.boolean(),
  })
  .meta({ id: 'bystanderEntry', description: 'A process that must live through the drill.' });

const unitEntry = z
  .object({
    type: z.literal('unit'),
    t,
    role,
    when: z.enum(['before', 'after']).describe('Before the injection, or after the recovery.'),
    unit: z.string(),
    mainPid: z.number().int(),
    nRestarts: z.number().int().describe('How often systemd has restarted it.'),
    activeState: z.string(),
    subState: z.string(),
    result: z.string(),
    listening: z.boolean().describe('Whether something listens on the serving port.'),
  })
  .meta({
    id: 'unitEntry',
    description: 'What `systemctl show` says of the serving unit, or of a unit that a hog is in.',
  });

const hostEntry = z
  .object({
    type: z.literal('host'),
    t,
    loopStallMs: z
      .number()
      .describe("Longest stall of the harness' own event loop since the last such entry, milliseconds."),
    load1: z.number().describe('Load average over a minute.'),
    availableBytes: bytes.describe('Memory that is available, bytes of the host.'),
    stealPercent: z
      .number()
      .describe('Share of CPU time stolen by the hypervisor above this host since the last entry, percent.'),
    clockDriftMs: z
      .number()
      .describe('How far the wall clock moved against the monotonic clock since the record began, milliseconds.'),
    othersBusyCores: z
      .number()
      .nonnegative()
      .optional()
      .describe(
        'How many cores others kept busy since the last entry: neither the guest nor the harness, nor what runs at a low priority. Absent where it is not known.',
      ),
  })
  .meta({ id: 'hostEntry', description: "The host's own state, so that a drill on a starved host is not believed." });

const clockEntry = z
  .object({
    type: z.literal('clock'),
    t,
    offsetMs: z.number().describe('Wall clock of the guest less that of the host, milliseconds.'),
    roundTripMs: z.number().describe('How long the question and its answer took, milliseconds.'),
  })
  .meta({ id: 'clockEntry', description: 'The clocks compared, over the control channel.' });

const journalEntry = z
  .object({ type: z.literal('journal'), t, unit: z.string(), message: z.string() })
  .meta({ id: 'journalEntry', description: "A line of the guest's journal." });

const noteEntry = z
  .object({ type: z.literal('note'), t, message: z.string() })
  .meta({ id: 'noteEntry', description: 'Something that the harness did or saw, in a sentence.' });

export const timingsSchema = z
  .object({
    machineMs: z.number().describe('Until the guest could be used.'),
    installMs: z.number().describe('Until the bundle was installed, in effect, and the server answered.'),
    rampMs: z.number().describe('From the injection to the hold.'),
    holdMs: z.number().describe('From the end of the ramp to the release.'),
    recoveryMs: z.number().describe('From the release to the end of the watch.'),
    totalMs: z.number().describe('The whole drill.'),
    overheadMs: z.number().describe('The whole drill less baseline, ramp, hold and recovery.'),
  })
  .meta({ id: 'timings', description: 'Where the time of the drill went, milliseconds.' });

export const drillErrorSchema = z
  .object({
    code: z.string().describe('Stable, for scripts: upper case words, such as `QEMU_DIED`.'),
    message: z.string().describe('What went wrong, in a sentence.'),
    hint: z.string().optional().describe('What can be done about it.'),
  })
  .meta({ id: 'drillError', description: 'Why the drill was broken off; absent where it was not.' });

const endEntry = z
  .object({ type: z.literal('end'), t, timings: timingsSchema.optional(), error: drillErrorSchema.optional() })
  .meta({ id: 'endEntry', description: 'The last line of a whole record.' });

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
