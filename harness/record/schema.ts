import { z } from 'zod';

/**
 * The run record: JSON lines, one entry per line. Observations are written at once, and the record is closed before it
 * is judged. `t` is always milliseconds since the record was opened, on the host's monotonic clock, because a guest
 * under memory pressure is a bad clock. Byte quantities are those of the guest, that is, after scaling.
 */
export const RECORD_SCHEMA = 'oomdrill.record/2';

/** A drill takes minutes. With this bound every time of a record is also a date. Milliseconds: 30 days. */
const MAX_T = 30 * 86_400_000;

const t = z
  .number()
  .nonnegative()
  .max(MAX_T)
  .describe('Milliseconds since the record was opened, on the monotonic clock of the host.');
/** The kernel counts in 64 bits. */
const MAX_COUNT = 2 ** 64;
const count = z.number().nonnegative().max(MAX_COUNT);
/** Larger than any machine has CPUs. */
const MAX_FEW = 1e6;
const few = z.number().positive().max(MAX_FEW);
const load = z.number().nonnegative().max(MAX_FEW);
const bytes = count;
const percent = z.number().nonnegative().max(100);
/** JSON has no Infinity. */
const limit = bytes.nullable().describe('Bytes of the guest; null for no limit (`infinity`, `max`).');

const milliseconds = z.number().positive().max(MAX_T);
/** What happens again and again. */
const interval = z.number().min(1).max(MAX_T);
/** How long something took. */
const duration = z.number().nonnegative().max(MAX_T);
/** A time of the guest's log, turned into the host's: it may be a little off. */
const guestT = z
  .number()
  .min(-MAX_T)
  .max(MAX_T)
  .describe("Time of the guest's log, converted to milliseconds since the record was opened.");
/** 0 where systemd has none. */
const pid = z.number().int().nonnegative();
/** A hundred years. */
const MAX_UPTIME_MS = 100 * 366 * 86_400_000;
/** The last moment of a `Date` (ECMA-262, "Time Values and Time Range"). */
const MAX_DATE_MS = 8.64e15;
/** Between two moments of a clock that may be set in between. */
const dateDifference = z.number().min(-MAX_DATE_MS).max(MAX_DATE_MS);

/** Both models are described in docs/watchdogs.md. */
const watchdogSchema = z
  .discriminatedUnion('kind', [
    z.object({
      kind: z.literal('heartbeat'),
      intervalMs: milliseconds.describe('A heartbeat is sent this often, milliseconds.'),
      windowMs: milliseconds.describe('The client reconnects after a longer time without a response, milliseconds.'),
    }),
    z.object({
      kind: z.literal('ping'),
      intervalMs: milliseconds.describe('A ping is sent this often, milliseconds.'),
      missed: z.number().int().positive().describe('The connection is dropped after this number of unanswered pings.'),
      backoffMs: z
        .array(milliseconds)
        .nonempty()
        .describe('Waiting times before the attempts to reconnect, milliseconds.'),
    }),
  ])
  .describe("The watchdog of the server's clients.");

/** Names of the outcomes; the table in harness/verdict/outcomes.ts defines them. */
export const OUTCOME_NAMES = [
  'inconclusive',
  'escaped',
  'unit-stopped',
  'collateral-kill',
  'livelocked',
  'wounded',
  'degraded',
  'starved',
  'contained',
] as const;
export const outcomeSchema = z.enum(OUTCOME_NAMES).meta({ id: 'outcome', description: 'What happened in a drill.' });

/** What kills in a guest when memory is short. */
export const KILLERS = ['kernel', 'earlyoom', 'systemd-oomd'] as const;

export const expectationSchema = z
  .object({
    outcomes: z.array(outcomeSchema).nonempty().describe('One of these must be the outcome.'),
    longestGapMs: milliseconds
      .optional()
      .describe(
        'No client may wait longer than this for a full answer, milliseconds. Above it the outcome is `degraded` rather than `contained`.',
      ),
    p50Ms: milliseconds
      .optional()
      .describe('Half of the requests of the hold must be answered within this time, milliseconds.'),
    p90Ms: milliseconds.optional().describe('The same of 90 % of the requests, milliseconds.'),
    p99Ms: milliseconds.optional().describe('The same of 99 % of the requests, milliseconds.'),
    killed: z
      .enum(['none', 'injections', 'some-injections'])
      .optional()
      .describe(
        'Which processes must be killed: none; all injected processes and no others; at least one of them and no others.',
      ),
    firstKiller: z
      .enum(KILLERS)
      .optional()
      .describe(
        'What must be the first to kill a process, a cgroup or a unit: `kernel` at whatever limit, `earlyoom`, `systemd-oomd`.',
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
    longestLoginGapMs: milliseconds
      .optional()
      .describe(
        "No operator may be without a successful login for longer than this, milliseconds, by ssh through the guest's own sshd. A login is tried every 5 s, so that a healthy guest shows 5 to 7 s, and a bound below 10 s says little.",
      ),
    shutOutForMs: milliseconds
      .optional()
      .describe(
        'A claim of a control: no one can log in for at least this long, milliseconds, and that is not due to the host.',
      ),
    withinBytes: bytes
      .optional()
      .describe(
        '`memory.current` of the cgroup that limits the last hog must stay within this: the claimed limit, which may not be the limit in effect. Bytes of the guest.',
      ),
    swapWithinBytes: bytes.optional().describe('The same of its `memory.swap.current`, bytes of the guest.'),
    sameServer: z
      .boolean()
      .optional()
      .describe('Whether the server must keep its main PID, without a restart by systemd.'),
    placeLives: z.boolean().optional().describe('Whether the units in which the hogs run must survive.'),
  })
  .meta({
    id: 'expectation',
    description: 'The expected result of a drill: one of the outcomes, and every bound that is present.',
  });

/** The phase `repair` occurs only in a drill whose limits are repaired while the hogs hold. */
export const PHASES = ['settle', 'baseline', 'injection', 'hold', 'repair', 'release', 'recovery'] as const;
const phaseNameSchema = z.enum(PHASES);

const limitsSchema = z.object({ high: limit, max: limit, swapMax: limit }).describe('The limits in effect.');

const requestRate = z.number().int().positive().max(MAX_FEW);

const loadSchema = z.object({
  from: requestRate.describe('Requests a second until the injection begins.'),
  to: requestRate.describe('Requests a second at the end; the same unless the rate rises.'),
  rampMs: duration.describe(
    'How long it rises, evenly, from the start of the injection on, milliseconds; 0 if it does not.',
  ),
});

const headerEntry = z
  .object({
    type: z.literal('header'),
    schema: z.literal(RECORD_SCHEMA),
    id: z.string().describe('Unique name of the record.'),
    startedAt: z.iso.datetime().describe('Wall clock of the host at t = 0, ISO 8601.'),
    oomdrill: z.string().describe('Version of oomdrill that wrote the record.'),
    scenario: z.object({
      name: z.string(),
      hypothesis: z.string().describe('The claim, in a sentence that a drill can refute.'),
      control: z.boolean().describe('Whether it is a negative control: a bad outcome is expected.'),
      bundle: z.string().describe('Name of the drilled bundle.'),
      ownBundle: z.string().optional().describe("The scenario's own bundle, if another was drilled in its place."),
      expect: expectationSchema,
    }),
    secondTryOf: z
      .object({
        id: z.string().describe('The `id` of the record of the first try.'),
        reason: z.string().describe('How the host spoiled it, in a sentence.'),
      })
      .optional()
      .describe('The first try, if this drill is the second; absent otherwise.'),
    server: z.string().optional().describe('Folder of a real server that was drilled in place of the stand-in.'),
    guest: z.string().describe('Name of the guest, such as `bookworm`.'),
    machine: z.string().describe('Kind of the machine, such as `qemu`.'),
    accelerator: z.string().describe('What ran the guest, such as `kvm` or `tcg`.'),
    scale: few.describe('Every byte quantity of the bundle was divided by this.'),
    watchdog: watchdogSchema,
    probe: z
      .object({
        request: z.string().optional().describe('What is requested, in words; absent for a path of plain HTTP.'),
        path: z.string().describe('Path of the requested URL, for HTTP.'),
        intervalMs: interval.describe(
          'A request is sent this often, also while earlier ones wait for an answer, milliseconds.',
        ),
        timeoutMs: milliseconds.describe('A request ends without an answer after this time, milliseconds.'),
      })
      .describe('The requests to the server from outside.'),
    load: loadSchema
      .optional()
      .describe(
        'Honest requests in addition to those of the prober, from shortly before the baseline to the release; absent if there are none.',
      ),
    sampleIntervalMs: interval.describe('A sample is taken this often, milliseconds.'),
    wayIn: z
      .object({
        intervalMs: interval.describe(
          'A login is tried this often, also while earlier ones are not through, milliseconds.',
        ),
        timeoutMs: milliseconds.describe('A login is given up after this time, milliseconds.'),
      })
      .optional()
      .describe("The logins by ssh through the guest's own sshd; absent where none was tried."),
    host: z
      .object({
        cpus: few,
        cpuModel: z.string(),
        memoryBytes: bytes.describe('All memory, bytes of the host.'),
        availableBytes: bytes.describe('Available memory at the start of the drill, bytes of the host.'),
        kernel: z.string().describe('Release of the kernel.'),
        distribution: z.string(),
      })
      .describe('The host that the drill ran on.'),
    guestMemoryBytes: bytes.describe('Memory of the guest, bytes.'),
    guestCpus: few.describe('Number of CPUs of the guest.'),
  })
  .meta({ id: 'headerEntry', description: 'The first line: the scenario, its settings, the machine and the host.' });

const versionsEntry = z
  .object({
    type: z.literal('versions'),
    t,
    versions: z.record(z.string(), z.string()).describe('By name: kernel, systemd and relevant packages.'),
  })
  .meta({ id: 'versionsEntry', description: 'Versions of the software in the guest.' });

export const speedEntry = z
  .object({
    type: z.literal('speed'),
    t,
    touchedBytesPerSecond: bytes.describe(
      'Memory that one thread touches for the first time, bytes of the guest per second.',
    ),
    loopMs: duration.describe(
      'A loop of 20 million turns that touches no memory, on all CPUs at once, milliseconds on average.',
    ),
    slowness: z
      .number()
      .min(1)
      .describe('What the deadlines of the drill were multiplied by for it; 1 for a guest of usual speed.'),
  })
  .meta({ id: 'speedEntry', description: 'How fast the guest was before the server started; its waits follow it.' });

const phaseEntry = z
  .object({ type: z.literal('phase'), t, name: phaseNameSchema })
  .meta({ id: 'phaseEntry', description: 'A phase of the drill begins.' });

const role = z
  .string()
  .optional()
  .describe('Role of the cgroup: the place of a hog. Absent for `server`, the cgroup of the serving unit.');

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
      .describe('Each wanted value, with the value of systemd or the kernel.'),
  })
  .meta({ id: 'effectEntry', description: 'Proof that the limits of the bundle are in effect.' });

/** proc_meminfo(5), Shmem. */
const memoryKindSchema = z
  .enum(['anonymous', 'shared', 'page-cache'])
  .describe(
    'Kind of its memory; `anonymous` if absent. `anonymous` and `shared` (tmpfs) can only go to swap; `page-cache` is dropped under pressure.',
  );

const injectionEntry = z
  .object({
    type: z.literal('injection'),
    t,
    kind: z.string().describe('Kind of injection: `memory-hog`.'),
    words: z
      .object({ noun: z.string(), verb: z.string() })
      .describe('Words for the injection: a noun, and a verb whose third person ends in s: `hog`, `grow`.'),
    name: z.string().describe('Name of the injection, unique in its drill.'),
    comm: z.string().describe('Name of its process, as in /proc/PID/comm.'),
    cgroup: z.string().describe('Path of the cgroup in which it runs.'),
    targetBytes: bytes
      .nullable()
      .optional()
      .describe(
        'The size at which it stops growing, bytes of the guest: of the cgroup, or of the injection if `own` is true. Null if it grows past every limit, absent if it does not use memory.',
      ),
    describes: z.string().describe('Its target, in words that follow the verb: `to 12.35G in all`.'),
    memory: memoryKindSchema.optional(),
    own: z.boolean().optional().describe('Whether the target is the memory of the hog alone, not of the cgroup.'),
    role,
    creepBytesPerSecond: z
      .number()
      .positive()
      .max(MAX_COUNT)
      .optional()
      .describe('Speed of its growth near the limit, bytes per second; absent if it does not slow down there.'),
  })
  .meta({ id: 'injectionEntry', description: 'An injection will be started.' });

const psiLine = z.object({
  avg10: percent.describe('Share of the last 10 s, percent.'),
  avg60: percent.describe('Share of the last 60 s, percent.'),
  avg300: percent.describe('Share of the last 300 s, percent.'),
  totalUs: count.describe('Total time, microseconds.'),
});
const pressureSchema = z
  .object({ some: psiLine, full: psiLine })
  .describe('`memory.pressure`: the time during which some or all tasks waited for memory.');

/** Of a PSI file; its averages are not needed. */
const stallSchema = z
  .object({
    someUs: count.describe('Total time in which some task waited, microseconds.'),
    fullUs: count
      .optional()
      .describe('Total time in which all tasks waited, microseconds; absent where the kernel does not count it.'),
  })
  .describe('Totals of a PSI file.');

const cgroupSampleSchema = z.object({
  current: bytes.describe('`memory.current`, bytes.'),
  swap: bytes.optional().describe('`memory.swap.current`, bytes; in every tenth sample.'),
  events: z.record(z.string(), count).describe('`memory.events`: the number of each event.'),
  stat: z.record(z.string(), count).describe('`memory.stat`, in its units.'),
  pressure: pressureSchema.optional(),
  cpuStall: stallSchema.optional().describe('`cpu.pressure`; in every fifth sample.'),
  ioStall: stallSchema.optional().describe('`io.pressure`; in every fifth sample.'),
  cpuMs: z
    .number()
    .nonnegative()
    .max(MAX_UPTIME_MS)
    .optional()
    .describe(
      'CPU time of its tasks, milliseconds (`usage_usec` of `cpu.stat`); in every tenth sample, of `server` alone.',
    ),
  throttledUs: count
    .optional()
    .describe(
      'Time in which its CPU quota kept its tasks from running, microseconds over all CPUs (`throttled_usec` of `cpu.stat`); in every fifth sample.',
    ),
  refusedForks: count
    .optional()
    .describe(
      'How often a limit of tasks refused to let a process or thread be started (`max` of `pids.events`); in every fifth sample.',
    ),
});

const taskState = z.string().describe('State of the process: a letter of /proc/PID/stat, `-` if it has ended.');

export const progressStateSchema = z
  .enum(['starting', 'ramping', 'asleep', 'holding', 'killed', 'exited', 'failed'])
  .describe(
    'Before its target (`starting`, `ramping`; `asleep` in a guest that was saved with it), at its target (`holding`), or ended.',
  );

export const progressSchema = z
  .object({
    state: progressStateSchema,
    value: count.describe('Its size so far, in `unit`.'),
    unit: z.string().describe('`bytes`, `processes`, `files`.'),
    target: count.optional().describe('Its size at the target, in `unit`.'),
    pid: pid.optional().describe('PID of its first process; absent if it has no process.'),
    task: taskState.optional(),
    signal: z.number().int().optional().describe('Number of the signal that ended it, if it was `killed`.'),
    exitCode: z.number().int().optional().describe('Exit status, if it `exited` or `failed`.'),
  })
  .meta({ id: 'progress', description: 'Progress of an injection.' });

const sampleEntry = z
  .object({
    type: z.literal('sample'),
    t,
    seq: z.number().int().nonnegative().describe("Number of the sampler's tick: a missing number is a missed sample."),
    thinned: z
      .number()
      .int()
      .positive()
      .max(MAX_FEW)
      .optional()
      .describe(
        'So many samples before this one were left out of a long hold in which nothing happened: they are not missed. Absent if none was.',
      ),
    guestMonotonicMs: z
      .number()
      .nonnegative()
      .max(MAX_UPTIME_MS)
      .describe('Monotonic clock of the guest, milliseconds.'),
    guestWallMs: dateDifference.describe('Wall clock of the guest, milliseconds since 1970.'),
    samplerCpuMs: z.number().nonnegative().max(MAX_UPTIME_MS).describe('CPU time of the sampler itself, milliseconds.'),
    canaryCpuMs: z
      .number()
      .nonnegative()
      .max(MAX_UPTIME_MS)
      .optional()
      .describe("CPU time of the canary's cgroup, milliseconds; in every tenth sample."),
    cgroups: z
      .record(z.string(), cgroupSampleSchema)
      .describe('By role: `server` is the cgroup of the serving unit, others are the places of the hogs.'),
    server: z.object({ pid, task: taskState }).optional().describe('Main process of the server.'),
    // Source: proc_net_tcp (rx_queue of a LISTEN line).
    listen: z
      .object({ queue: z.number().int().nonnegative().describe('Number of connections that wait to be accepted.') })
      .nullable()
      .optional()
      .describe('The listening socket of the serving port; null or absent if there is none.'),
    progress: z.record(z.string(), progressSchema).describe('Progress of each injection, by its name.'),
    memAvailableBytes: bytes.optional().describe('`MemAvailable` of the guest, bytes; in every tenth sample.'),
    box: z
      .object({ memory: stallSchema, cpu: stallSchema, io: stallSchema })
      .partial()
      .optional()
      .describe('/proc/pressure of the whole guest; in every fifth sample.'),
  })
  .meta({ id: 'sampleEntry', description: 'State of the guest at this time.' });

const probeEntry = z
  .object({
    type: z.literal('probe'),
    t,
    id: z.number().int().nonnegative().describe('Number of the request.'),
    scheduledT: t.describe('Its time in the schedule, milliseconds like `t`: latency counts from here.'),
    ok: z.boolean().describe('Whether it got a full answer.'),
    status: z.number().int().optional().describe('Status of the answer, of HTTP or of the protocol that was spoken.'),
    error: z
      .string()
      .optional()
      .describe(
        '`timeout`, `not-sent` (too many requests were waiting), `refused`, `reset`, `closed`, `bad-answer`, or the error code of the system.',
      ),
    said: z.string().optional().describe('What server or client said where there was no full answer.'),
  })
  .meta({ id: 'probeEntry', description: 'A request to the server and its result, written at its end.' });

const sidecarEntry = probeEntry
  .extend({ type: z.literal('sidecar'), unit: z.string().describe('Unit of the sidecar.') })
  .meta({ id: 'sidecarEntry', description: 'A request to a sidecar, a unit that runs next to the serving one.' });

const loginEntry = probeEntry
  .omit({ status: true })
  .extend({
    type: z.literal('login'),
    ok: z.boolean().describe('Whether the login came through, and what it ran came back in full.'),
    error: z.string().optional().describe('`timeout`, or `failed` where ssh gave up by itself.'),
    said: z.string().optional().describe('What ssh said where the login did not come through.'),
    cpuUs: z
      .object({
        sshd: count.describe('Of `ssh.service`.'),
        sessions: count
          .optional()
          .describe("Of the user's slice, with all of its sessions; absent where logins have no session of their own."),
        logind: count.optional().describe('Of `systemd-logind.service`; absent where it does not run.'),
      })
      .optional()
      .describe('CPU time that these cgroups have used until then, microseconds.'),
  })
  .meta({
    id: 'loginEntry',
    description:
      "A login by ssh through the guest's own sshd, with `systemctl status` of the serving unit, and its result, written at its end.",
  });

const canaryEntry = probeEntry.extend({ type: z.literal('canary') }).meta({
  id: 'canaryEntry',
  description:
    "A request to the canary, a tiny server in oomdrill's own protected slice: a silence that it shares is not due to the limits of the serving unit.",
});

const sessionEntry = z
  .object({
    type: z.literal('session'),
    t,
    event: z.enum(['connected', 'answered', 'dropped-by-watchdog', 'closed', 'failed']),
    latencyMs: duration.optional().describe('Time until the answer, milliseconds.'),
    detail: z.string().optional(),
  })
  .meta({
    id: 'sessionEntry',
    description: 'An event of the session of a client: a WebSocket with the watchdog.',
  });

const loadEntry = z
  .object({
    type: z.literal('load'),
    t,
    due: count.describe('Number of requests that were due since the last entry, by the schedule.'),
    sent: count.describe('How many of them were sent: as many as may wait for an answer can be waiting already.'),
    answered: count.describe(
      'Number of requests that got a full answer since the last entry, whenever they were sent.',
    ),
    failed: count.describe('Number of requests that ended without one since the last entry.'),
    p50Ms: duration
      .optional()
      .describe(
        'Half of these answers took this long at most, from when they were due, milliseconds; absent if there are none.',
      ),
    p99Ms: duration.optional().describe('The same of 99 % of these answers, milliseconds.'),
    cpuMs: duration.describe('CPU time of the generator on this host since the last entry, milliseconds.'),
    loopStallMs: duration.describe(
      "Longest stall of the generator's own event loop since the last entry, milliseconds.",
    ),
  })
  .meta({ id: 'loadEntry', description: 'What became of the load, once a second.' });

const killEntry = z
  .object({
    type: z.literal('kill'),
    t: guestT.describe("Time in the guest's kernel log, converted to milliseconds since the record was opened."),
    pid,
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
    pid: pid.nullable(),
    alive: z.boolean(),
    ofServer: z
      .boolean()
      .optional()
      .describe('Whether the server started it, and may end it: a process of one connection, or a worker.'),
  })
  .meta({ id: 'bystanderEntry', description: 'A process that must survive the drill.' });

const unitEntry = z
  .object({
    type: z.literal('unit'),
    t,
    role,
    when: z.enum(['before', 'after']).describe('Before the injection, or after the recovery.'),
    unit: z.string(),
    mainPid: pid,
    nRestarts: z.number().int().nonnegative().describe('Number of restarts by its supervisor.'),
    activeState: z.string(),
    subState: z.string(),
    result: z.string(),
    listening: z.boolean().describe('Whether the serving port has a listening socket.'),
    supervisor: z.string().optional().describe('Its supervisor, such as `Docker`; absent for systemd.'),
    health: z
      .string()
      .optional()
      .describe('What its own health check says, where it has one: `healthy`. It decides nothing.'),
  })
  .meta({
    id: 'unitEntry',
    description:
      'How the serving unit or container stands, or the unit of a hog: what `systemctl show` says, or another supervisor.',
  });

const hostEntry = z
  .object({
    type: z.literal('host'),
    t,
    loopStallMs: duration.describe(
      "Longest stall of the harness' own event loop since the last such entry, milliseconds.",
    ),
    load1: load.describe('Load average over a minute.'),
    availableBytes: bytes.describe('Available memory, bytes of the host.'),
    stealPercent: percent.describe(
      'Share of CPU time stolen by the hypervisor above this host since the last entry, percent.',
    ),
    clockDriftMs: dateDifference.describe(
      'Movement of the wall clock against the monotonic clock since the start of the record, milliseconds.',
    ),
    othersBusyCores: load
      .optional()
      .describe(
        'Number of cores that other processes kept busy since the last entry, at whatever priority, without the guest and the harness. Absent if unknown.',
      ),
    iowaitPercent: percent
      .optional()
      .describe('Share of CPU time in which a CPU was idle and waited for a disk, since the last entry, percent.'),
    stalls: z
      .object({ memory: stallSchema, cpu: stallSchema, io: stallSchema })
      .partial()
      .optional()
      .describe('/proc/pressure of the host; absent where its kernel has no PSI.'),
    runDelayMs: duration
      .optional()
      .describe(
        'Time since the last entry that the threads of the guest were ready to run and waited for a CPU of the host, milliseconds over all threads. Absent if unknown.',
      ),
  })
  .meta({ id: 'hostEntry', description: "The host's own state: a drill on an overloaded host does not count." });

const clockEntry = z
  .object({
    type: z.literal('clock'),
    t,
    offsetMs: dateDifference.describe('Wall clock of the guest minus that of the host, milliseconds.'),
    roundTripMs: dateDifference.describe('Round-trip time of the comparison, milliseconds.'),
  })
  .meta({
    id: 'clockEntry',
    description: "Comparison of the guest's clock with the host's, over the control channel.",
  });

const journalEntry = z
  .object({ type: z.literal('journal'), t: guestT, unit: z.string(), message: z.string() })
  .meta({ id: 'journalEntry', description: "A line of the guest's journal." });

const noteEntry = z
  .object({ type: z.literal('note'), t, message: z.string() })
  .meta({ id: 'noteEntry', description: 'An action or observation of the harness, in a sentence.' });

export const timingsSchema = z
  .object({
    machineMs: duration.describe('Until the guest was ready.'),
    installMs: duration.describe('Until the bundle was installed.'),
    settleMs: duration
      .optional()
      .describe(
        "From the server's start until it answered with its limits in effect, and all that is next to it stood.",
      ),
    baselineMs: duration.optional().describe('Of the time without any disturbance.'),
    rampMs: duration.describe('From the injection to the hold.'),
    holdMs: duration.describe('From the end of the ramp to the release.'),
    repairMs: duration
      .optional()
      .describe('From the start of a live repair to the release; 0 where nothing was repaired.'),
    recoveryMs: duration.describe('From the release until the server answered steadily.'),
    evidenceMs: duration
      .optional()
      .describe('Until what was left was looked at: the unit, the logs, the processes that must live.'),
    totalMs: duration.describe('The whole drill.'),
    overheadMs: duration.describe('The whole drill without baseline, ramp, hold and recovery.'),
  })
  .meta({ id: 'timings', description: 'Times of the parts of the drill, milliseconds.' });

export const drillErrorSchema = z
  .object({
    code: z.string().describe('Stable, for scripts: upper case words, such as `QEMU_DIED`.'),
    message: z.string().describe('What went wrong, in a sentence.'),
    hint: z.string().optional().describe('What to do about it.'),
  })
  .meta({ id: 'drillError', description: 'The error that ended the drill early; absent if there was none.' });

const endEntry = z
  .object({ type: z.literal('end'), t, timings: timingsSchema.optional(), error: drillErrorSchema.optional() })
  .meta({ id: 'endEntry', description: 'The last line of a complete record.' });

export const entrySchema = z.discriminatedUnion('type', [
  headerEntry,
  versionsEntry,
  speedEntry,
  phaseEntry,
  effectEntry,
  injectionEntry,
  sampleEntry,
  probeEntry,
  sidecarEntry,
  loginEntry,
  canaryEntry,
  sessionEntry,
  loadEntry,
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
