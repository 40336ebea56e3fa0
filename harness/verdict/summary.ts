import { z } from 'zod';
import {
  drillErrorSchema,
  expectationSchema,
  KILLERS,
  type Outcome,
  outcomeSchema,
  timingsSchema,
} from '../record/schema.js';
import { loadEvidenceSchema } from './load.js';
import { partSchema } from './part.js';

/** Names the schema of what `run --json` and `judge --json` write. */
export const SUMMARY_SCHEMA = 'oomdrill.summary/2';

const milliseconds = z.number().nullable();
const percent = z.number().nullable();
const count = z.number().nullable();
const pid = z.number().nullable();

const percentOf = z.number().min(0).max(100);
const killLimitSchema = z
  .discriminatedUnion('kind', [
    z.object({
      kind: z.literal('cgroup'),
      cgroup: z.string().nullable().describe('The cgroup whose memory.max was reached; null where the log names none.'),
      bytes: z.number().nullable().describe('That limit, bytes of the guest; null where the log does not have it.'),
    }),
    z.object({ kind: z.literal('guest') }),
    z.object({
      kind: z.literal('available'),
      memoryPercent: percentOf.describe('earlyoom acts when less memory is available, percent.'),
      swapPercent: percentOf.describe('And less swap, percent.'),
    }),
    z.object({
      kind: z.literal('pressure'),
      cgroup: z.string().describe('The cgroup that systemd-oomd watches.'),
      percent: percentOf.describe('Its memory pressure, percent.'),
      limitPercent: percentOf.describe('The limit of it, percent.'),
    }),
    z.object({
      kind: z.literal('swap'),
      limitPercent: percentOf.describe('systemd-oomd acts when more memory and more swap is used, percent.'),
    }),
    z.object({ kind: z.literal('oom-policy'), unit: z.string().describe('The unit with that `OOMPolicy=`.') }),
  ])
  .describe('By whose limit: of a cgroup, of the whole guest, of a killer, or the policy of a unit.');

const killSchema = z
  .object({
    victim: z
      .string()
      .describe('Name of the process; path of the cgroup or name of the unit that was killed as a whole.'),
    pid: pid.describe('Null for all of a cgroup or a unit.'),
    role: z.enum(['injection', 'server', 'bystander', 'other']).describe('Whose it was.'),
    name: z.string().nullable().describe('Name of the injection or of the bystander; null otherwise.'),
    killer: z
      .enum([...KILLERS, 'systemd'])
      .nullable()
      .describe('What killed; `systemd` ends a unit by its `OOMPolicy=`. Null where no log says it.'),
    signal: z.string().nullable().describe('`SIGKILL`, `SIGTERM`; null where it is not known.'),
    limit: killLimitSchema.nullable(),
    group: z
      .string()
      .nullable()
      .describe('The cgroup that was killed as a whole (`memory.oom.group`); null otherwise.'),
    t: z.number().describe('Milliseconds of the record.'),
    atMs: milliseconds.describe('Milliseconds since the injection began; null where that is not known.'),
  })
  .meta({ id: 'kill', description: 'What was killed, when, by what, and by whose limit.' });

const percentileSchema = z
  .object({
    state: z.enum(['measured', 'no-answer', 'too-few']),
    ms: milliseconds.describe('Null unless it was measured.'),
    beyond: z.number().int().nonnegative().describe('How many requests took longer, or had no answer.'),
  })
  .meta({
    id: 'percentile',
    description:
      'The time within which a share of the requests was answered. `no-answer`: it falls among the requests that never were. `too-few`: fewer than ten requests are beyond it.',
  });

const latencySchema = z
  .object({
    requests: z.number().int().positive().describe('How many were due in the phase.'),
    answered: z.number().int().nonnegative().describe('How many of them had a full answer.'),
    p50: percentileSchema,
    p90: percentileSchema,
    p99: percentileSchema,
    medianMs: milliseconds.describe('The middle request, however few there were; null where it had no answer.'),
    worstMs: milliseconds.describe('The slowest answer, milliseconds; null where a request had none.'),
    sumMs: z.number().nonnegative().describe('Sum of the times to the answers, milliseconds.'),
    buckets: z
      .array(
        z.object({
          withinMs: z.number().positive().describe('Upper bound of the bucket, milliseconds.'),
          answered: z.number().int().nonnegative().describe('How many were answered within this time.'),
        }),
      )
      .describe('The requests by the time to their answer. Those without one are beyond all buckets.'),
  })
  .meta({
    id: 'latency',
    description:
      'How long the requests of one phase took, each from when it was due. Kept to 0.01 ms, and above 2.6 s to 0.001 %.',
  });

const latencyOfPhase = latencySchema.nullable().describe('Null where nothing was due in it.');

export const evidenceSchema = z
  .object({
    longestGapMs: milliseconds.describe('The longest time that clients were without a full answer, milliseconds.'),
    ownGapMs: milliseconds
      .optional()
      .describe(
        'The part of it that the canary did not share, where it is longer than allowed, milliseconds; the whole of it where there was no canary. Absent in results of earlier versions.',
      ),
    canaryGapMs: milliseconds
      .optional()
      .describe(
        'The longest time that the canary was without an answer while the claim was tested, milliseconds; null without a canary. Answers up to 0.3 s late do not count as one. Absent in results of earlier versions.',
      ),
    gapCauses: z
      .array(z.string())
      .optional()
      .describe(
        'What was seen in the longest gap to cause it, the most important first: `memory`, `box-memory`, `host`, `stopped`, `harness`, `cpu`, `guest-cpu`, `disk`, `guest-disk` or `unknown`; empty where the gap is not longer than allowed. Absent in results of earlier versions.',
      ),
    gapBounds: z
      .object({
        atLeastMs: z.number().describe('The lower bound, milliseconds.'),
        atMostMs: z.number().describe('The upper bound, milliseconds: the gap itself.'),
      })
      .nullable()
      .optional()
      .describe(
        'How long the server itself was silent in the longest gap, as far as its clients can tell: they see when answers come, and not when it stops or goes on. Null where no answer came before the gap; absent in results of earlier versions.',
      ),
    watchdogWindowMs: z.number().describe('How long a client waits before it gives its connection up, milliseconds.'),
    oomKills: count.describe('Kills by the OOM killer of the kernel.'),
    kills: z
      .array(killSchema)
      .nullable()
      .optional()
      .describe(
        'Everything that was killed, by time; null where the record has no log, absent in results of earlier versions.',
      ),
    highEvents: count.describe('`high` events of memory.events.'),
    maxEvents: count.describe('`max` events of memory.events.'),
    fullStallPercent: percent.describe(
      'Share of the hold in which every task of the cgroup waited for memory (PSI `full`), percent.',
    ),
    plateauBytes: z.number().nullable().describe('Memory of the cgroup during the hold, bytes of the guest.'),
    plateauErrorPercent: percent.describe('The largest distance of it from the target, percent of the target.'),
    serverPidBefore: pid.describe('PID of the server before the injection.'),
    serverPidAfter: pid.describe('PID of the server after the recovery.'),
    nRestarts: count.describe('How often systemd restarted the server.'),
    injectionState: z.string().nullable().describe('State of the last injection, of any kind.'),
    injected: z
      .object({ kind: z.string(), noun: z.string() })
      .nullable()
      .describe('Kind and short noun of the last injection: `memory hog`, `hog`.'),
    missingSamplesPercent: percent.describe('Share of the samples that are missing, percent.'),
    recoveryMs: milliseconds.describe(
      'From the release, where a hog that still lives gets its SIGKILL, to the first full answer after it, milliseconds; null when there was none.',
    ),
    repairMs: milliseconds.describe(
      'From the start of a live repair to the first full answer, while the hogs are still there, milliseconds; null without one.',
    ),
    sidecarGapMs: milliseconds.describe('The longest gap of any sidecar, milliseconds; null where none is probed.'),
    longestLoginGapMs: milliseconds
      .optional()
      .describe(
        "The longest time without a successful login by ssh through the guest's own sshd while the claim was tested, milliseconds. A login is tried every 5 s, so that a healthy guest shows 5 to 7 s. Null where none was tried, absent in results of earlier versions.",
      ),
    logins: z
      .object({
        tried: z.number().int().nonnegative().describe('How many were tried while the claim was tested, and ended.'),
        succeeded: z.number().int().nonnegative().describe('How many of them came through.'),
        cpuMsPerLogin: milliseconds.describe(
          'CPU time of the guest that an attempt cost, on average over the whole drill, milliseconds: of sshd, the session and logind, without PID 1. Null where it is not known.',
        ),
        cpuPercent: percent.describe('CPU time of all attempts, percent of one CPU of the guest; null as above.'),
      })
      .nullable()
      .optional()
      .describe('Those logins, and their cost; null where none was tried, absent in results of earlier versions.'),
    brimBytes: z
      .number()
      .nullable()
      .describe(
        'Width of the band below the limit in which a creeping hog harmed the server and was not killed, bytes of the guest; null where none creeps.',
      ),
    hostStallMs: milliseconds.describe(
      'The longest stall of the harness itself, which is not the fault of the server, milliseconds.',
    ),
    observersCpuPercent: percent
      .optional()
      .describe(
        'CPU time of sampler and canary in the guest, percent of one CPU; null where the record does not tell, absent in results of earlier versions.',
      ),
    load: loadEvidenceSchema,
    baselineMedianMs: milliseconds.describe('Median time to an answer during the baseline, milliseconds.'),
    holdMedianMs: milliseconds.describe('Median time to an answer during the hold, milliseconds.'),
    latency: z
      .object({ baseline: latencyOfPhase, hold: latencyOfPhase, recovery: latencyOfPhase })
      .optional()
      .describe('How long requests took, by phase; absent in results of earlier versions.'),
  })
  .meta({
    id: 'evidence',
    description: 'The figures that a verdict rests on. Null where the record does not show them.',
  });

/** The figures that are watched for drift. `brimBytes` is the width of a mapped band. */
export const DRIFTING_FIGURES = [
  'longestGapMs',
  'fullStallPercent',
  'holdP50Ms',
  'holdP90Ms',
  'holdP99Ms',
  'brimBytes',
] as const;

export const verdictSchema = z.enum(['pass', 'fail', 'inconclusive', 'error', 'skip']).meta({
  id: 'verdict',
  description:
    'What a drill proves. `pass` and `fail`: the claim holds, or does not. `inconclusive` and `error`: the drill proved nothing. `skip`: something that it needs is missing.',
});

/** See harness/history/drift.ts. */
export const driftSchema = z
  .object({
    figure: z
      .enum(DRIFTING_FIGURES)
      .describe(
        'The figure: a key of `evidence`, or a percentile of the hold in `evidence.latency`. Its name ends in its unit.',
      ),
    value: z.number().describe('What it is now, in its unit.'),
    previousMedian: z.number().describe('Median of the earlier drills, in the same unit.'),
    previousKernel: z
      .string()
      .optional()
      .describe("The guest's kernel in the drill before, where none before was on the kernel of this one."),
  })
  .meta({
    id: 'drift',
    description: 'A figure of a passed drill that is clearly worse than in the drills before it.',
  });

/** See harness/history/kernel.ts. */
export const kernelChangeSchema = z
  .object({
    kernel: z.string().describe('The other kernel: that before, or an older one of the same run.'),
    outcome: outcomeSchema.describe('What came out on it, each time.'),
    guest: z.string().optional().describe('The guest with that kernel, if it is another one.'),
  })
  .meta({
    id: 'kernelChange',
    description:
      'The outcome is another one on this kernel: all drills on it had one, and those on another kernel another.',
  });

const missedSchema = z
  .object({
    bound: expectationSchema.keyof().describe('Key of the expectation; `outcomes` for the outcome itself.'),
    sentence: z.string(),
  })
  .describe('A bound of the expectation that did not hold.');

export const runSummarySchema = z
  .object({
    id: z.string().optional().describe('The `id` of the record; absent where none was opened.'),
    scenario: z.string().describe('Name of the scenario.'),
    bundle: z.string().optional().describe("The bundle that was drilled, where it is not the scenario's own."),
    server: z.string().optional().describe('Folder of the installed server that was drilled instead of the stand-in.'),
    guest: z.string().describe('Name of the guest, such as `bookworm`.'),
    machine: z.string().describe('Kind of the machine, such as `qemu`.'),
    accelerator: z.string().describe('What ran the guest, such as `kvm` or `tcg`.'),
    scale: z.number().describe('Every byte quantity of the bundle was divided by this.'),
    guestSpeed: z
      .number()
      .positive()
      .optional()
      .describe(
        'How fast the guest was before its server started, compared with a usual one without KVM: 0.5 for half as fast. Absent where it was not measured.',
      ),
    control: z.boolean().describe('Whether it is a negative control, which must have a bad outcome.'),
    outcome: outcomeSchema.nullable().describe('What happened; null where the drill was stopped by an error.'),
    expected: z.array(outcomeSchema).describe('The outcomes that were expected, any one of them.'),
    verdict: verdictSchema,
    missed: z.array(missedSchema).describe('The bounds that did not hold; `reasons` begins with their sentences.'),
    reasons: z.array(z.string()).describe('Sentences, the most important first.'),
    spoiledByHost: z.boolean().describe('Whether the state of the host made the drill inconclusive.'),
    secondTryOf: z
      .object({
        id: z.string().optional().describe('The `id` of its record; absent in results of earlier versions.'),
        reason: z.string().describe('How the host spoiled it, as a sentence.'),
        record: z.string().nullable().describe('Path of its record; null where it was not judged in the same run.'),
      })
      .optional()
      .describe('The first try, if this drill is the second try of one that the host spoiled.'),
    evidence: evidenceSchema
      .nullable()
      .describe('What the verdict rests on; null where the drill was stopped by an error.'),
    timings: timingsSchema
      .nullable()
      .describe('Where the time went, milliseconds; null where the drill was stopped by an error.'),
    error: drillErrorSchema.optional(),
    record: z.string().nullable().describe('Path of the record; null where none was opened.'),
    recordHash: z
      .string()
      .optional()
      .describe('SHA-256 of the record, hexadecimal; only where it was drilled just now.'),
    kernel: z.string().optional().describe("Release of the guest's kernel; absent where the record does not have it."),
    systemd: z
      .string()
      .optional()
      .describe("Version of the guest's systemd; absent where the record does not have it."),
    drifts: z
      .array(driftSchema)
      .optional()
      .describe(
        "The figures that are clearly worse than in this scenario's history; absent where none is, or there is no history.",
      ),
    kernelChange: kernelChangeSchema
      .optional()
      .describe('What the outcome was on another kernel, if it is another one on this; apart from drift.'),
  })
  .meta({ id: 'run', description: 'The result of one drill.' });

/** A drill that is planned. */
const plannedSchema = runSummarySchema.pick({
  scenario: true,
  guest: true,
  machine: true,
  scale: true,
  control: true,
  expected: true,
});

const shardSchema = z
  .object({
    index: z.number().int().positive().describe('Number of the shard, from 1.'),
    of: z.number().int().positive().describe('How many shards there are.'),
    own: z.array(plannedSchema).describe('The drills of this shard.'),
    suite: z.array(plannedSchema).describe('The drills of all shards.'),
  })
  .describe('The part of a suite that the run was, as earlier versions have it; `part` says more.');

const runPartSchema = partSchema
  .extend({ drills: z.array(plannedSchema).describe('The drills of all cells, each once.') })
  .describe('The part of a campaign that the run was, also where it was all of it. Absent in results of `judge`.');

export const summarySchema = z.object({
  schema: z.literal(SUMMARY_SCHEMA),
  host: z
    .object({
      cpus: z.number(),
      cpuModel: z.string(),
      memoryBytes: z.number().describe('Memory in all, bytes of the host.'),
      availableBytes: z.number().describe('Memory that was available, bytes of the host.'),
      kernel: z.string().describe('Release of its kernel.'),
      distribution: z.string(),
    })
    .describe('The host that the drills ran on.'),
  at: z.iso
    .datetime()
    .optional()
    .describe('When the last drill ended, by the wall clock of the host, ISO 8601 in UTC.'),
  shard: shardSchema.optional(),
  part: runPartSchema.optional(),
  runs: z.array(runSummarySchema).describe('The drills, in the order in which they were carried out.'),
  exitCode: z
    .number()
    .int()
    .describe('Exit status of the command: 0 every claim holds, 1 a claim failed, 2 something proved nothing.'),
});

/** The schema of a summary whose outcomes have these names, from our table or another one. */
export function summarySchemaFor(names: readonly Outcome[]): typeof summarySchema {
  const outcome = z.enum(names);
  const expected = z.array(outcome);
  const planned = z.array(plannedSchema.extend({ expected }));
  return summarySchema.extend({
    shard: shardSchema.extend({ own: planned, suite: planned }).optional(),
    part: runPartSchema.extend({ drills: planned }).optional(),
    runs: z.array(runSummarySchema.extend({ outcome: outcome.nullable(), expected })),
  });
}

export type LatencyOfPhase = z.infer<typeof latencySchema>;
export type Evidence = z.infer<typeof evidenceSchema>;
export type EvidenceKill = z.infer<typeof killSchema>;
export type Missed = z.infer<typeof missedSchema>;
export type Verdict = z.infer<typeof verdictSchema>;
export type RunSummary = z.infer<typeof runSummarySchema>;
export type DriftingFigure = (typeof DRIFTING_FIGURES)[number];
export type Drift = z.infer<typeof driftSchema>;
export type KernelChange = z.infer<typeof kernelChangeSchema>;
export type Planned = z.infer<typeof plannedSchema>;
export type RunPart = z.infer<typeof runPartSchema>;
export type Shard = z.infer<typeof shardSchema>;
export type Summary = z.infer<typeof summarySchema>;

/**
 * The name of what was drilled: the scenario, and the bundle and server that replaced its own. The folder of an
 * installed server is not part of it, so that a new release is compared with the one before.
 */
export function drilledName({ scenario, bundle, server }: Pick<RunSummary, 'scenario' | 'bundle' | 'server'>): string {
  const instead: string[] = [];
  if (bundle !== undefined) instead.push(bundle);
  if (server !== undefined) instead.push('an installed server');
  return instead.length === 0 ? scenario : `${scenario} with ${instead.join(' and ')}`;
}
