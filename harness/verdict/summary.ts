import { z } from 'zod';
import { drillErrorSchema, expectationSchema, type Outcome, outcomeSchema, timingsSchema } from '../record/schema.js';

/** Schema of what `--json` of `run` and `judge` writes. */
export const SUMMARY_SCHEMA = 'oomdrill.summary/2';

const milliseconds = z.number().nullable();
const percent = z.number().nullable();
const count = z.number().nullable();
const pid = z.number().nullable();

export const evidenceSchema = z
  .object({
    longestGapMs: milliseconds.describe('The longest time that clients were without a full answer, milliseconds.'),
    watchdogWindowMs: z.number().describe('How long a client waits before it gives its connection up, milliseconds.'),
    oomKills: count.describe('Kills by the OOM killer of the kernel.'),
    highEvents: count.describe('`high` events of memory.events.'),
    maxEvents: count.describe('`max` events of memory.events.'),
    fullStallPercent: percent.describe(
      'Share of the hold in which every task of the cgroup waited for memory (PSI `full`), percent.',
    ),
    plateauBytes: z.number().nullable().describe('Memory of the cgroup during the hold, bytes of the guest.'),
    plateauErrorPercent: percent.describe('How far that is from what was intended, percent of it.'),
    serverPidBefore: pid.describe('PID of the server before the injection.'),
    serverPidAfter: pid.describe('PID of the server after the recovery.'),
    nRestarts: count.describe('How often systemd restarted the server.'),
    injectionState: z.string().nullable().describe('State of the last injection, of whichever kind.'),
    injected: z
      .object({ kind: z.string(), noun: z.string() })
      .nullable()
      .describe('What was injected last, by its kind and in short: `memory hog`, `hog`.'),
    missingSamplesPercent: percent.describe('Share of the samples that are missing, percent.'),
    recoveryMs: milliseconds.describe(
      'From the SIGKILL of the hog to the first full answer after it, milliseconds; null when there was none.',
    ),
    repairMs: milliseconds.describe(
      'From the beginning of a live repair to the first full answer, with the hogs still there, milliseconds; null without one.',
    ),
    sidecarGapMs: milliseconds.describe('The longest gap of any sidecar, milliseconds; null where none is asked.'),
    brimBytes: z
      .number()
      .nullable()
      .describe(
        'Width of the band below the limit in which a creeping hog harmed the server and was not killed, bytes of the guest; null where none creeps.',
      ),
    hostStallMs: milliseconds.describe(
      'The longest stall of the harness itself, which no server is to blame for, milliseconds.',
    ),
    baselineMedianMs: milliseconds.describe('Median time to an answer during the baseline, milliseconds.'),
    holdMedianMs: milliseconds.describe('Median time to an answer during the hold, milliseconds.'),
  })
  .meta({
    id: 'evidence',
    description: 'The figures that a verdict rests on. Null where the record does not hold what is needed to say.',
  });

/** The figures whose drift is watched, in their units. `brimBytes` is the width of a mapped band. */
export const DRIFTING_FIGURES = ['longestGapMs', 'fullStallPercent', 'brimBytes'] as const;

export const verdictSchema = z.enum(['pass', 'fail', 'inconclusive', 'error', 'skip']).meta({
  id: 'verdict',
  description:
    'What a drill proves. `pass` and `fail`: the claim holds, or does not. `inconclusive` and `error`: the drill proved nothing. `skip`: something that it needs is missing.',
});

/** See harness/history/drift.ts. */
export const driftSchema = z
  .object({
    figure: z.enum(DRIFTING_FIGURES).describe('The figure, a key of `evidence`; its name ends in its unit.'),
    value: z.number().describe('What it is now, in its unit.'),
    previousMedian: z.number().describe('Median of the drills before, in the same unit.'),
  })
  .meta({
    id: 'drift',
    description: 'A figure of a drill that passed and is clearly worse than the drills before it.',
  });

const missedSchema = z
  .object({
    bound: expectationSchema.keyof().describe('Key of the expectation; `outcomes` for the outcome itself.'),
    sentence: z.string(),
  })
  .describe('Something that was expected of a drill and did not hold.');

export const runSummarySchema = z
  .object({
    id: z.string().optional().describe('The `id` of the record; absent where none was opened.'),
    scenario: z.string().describe('Name of the scenario.'),
    bundle: z.string().optional().describe("The bundle that was drilled, where it is not the scenario's own."),
    server: z.string().optional().describe('Folder of the installation that was drilled in place of the stand-in.'),
    guest: z.string().describe('Name of the guest, such as `bookworm`.'),
    machine: z.string().describe('Kind of the machine, such as `qemu`.'),
    accelerator: z.string().describe('What ran the guest, such as `kvm` or `tcg`.'),
    scale: z.number().describe('Every byte quantity of the bundle was divided by this.'),
    control: z.boolean().describe('A negative control: the bad outcome is what must come out.'),
    outcome: outcomeSchema.nullable().describe('What happened; null where nothing can be said.'),
    expected: z.array(outcomeSchema).describe('One of these was to be the outcome.'),
    verdict: verdictSchema,
    missed: z
      .array(missedSchema)
      .describe('What of the expectation did not hold; `reasons` begins with the same sentences.'),
    reasons: z.array(z.string()).describe('Sentences, the most telling first.'),
    spoiledByHost: z.boolean().describe("Whether the drill was left inconclusive by the host's own state."),
    secondTryOf: z
      .object({
        id: z.string().optional().describe('The `id` of its record; absent where that does not say.'),
        reason: z.string().describe('How the host spoiled it, in a sentence.'),
        record: z
          .string()
          .nullable()
          .describe('Path of its record; null where it is not among those that were judged.'),
      })
      .optional()
      .describe('The drill that this one is the second try of; absent for a first try.'),
    evidence: evidenceSchema.nullable().describe('What the verdict rests on; null where the drill was broken off.'),
    timings: timingsSchema
      .nullable()
      .describe('Where the time went, milliseconds; null where the drill was broken off.'),
    error: drillErrorSchema.optional(),
    record: z.string().nullable().describe('Path of the record; null where none was opened.'),
    drifts: z
      .array(driftSchema)
      .optional()
      .describe("What is clearly worse than in this scenario's history; absent where there is none, or nothing is."),
  })
  .meta({ id: 'run', description: 'What came of one drill.' });

/** A drill that is to be carried out. */
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
  .describe('Which part of a suite the run was: `merge` looks for what is missing.');

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
  runs: z.array(runSummarySchema).describe('The drills, in the order in which they were carried out.'),
  exitCode: z
    .number()
    .int()
    .describe('Exit status of the command: 0 every claim holds, 1 a claim failed, 2 something proved nothing.'),
});

/** The schema of a summary in which outcomes have these names, ours or those of another table. */
export function summarySchemaFor(names: readonly Outcome[]): typeof summarySchema {
  const outcome = z.enum(names);
  const expected = z.array(outcome);
  const planned = z.array(plannedSchema.extend({ expected }));
  return summarySchema.extend({
    shard: shardSchema.extend({ own: planned, suite: planned }).optional(),
    runs: z.array(runSummarySchema.extend({ outcome: outcome.nullable(), expected })),
  });
}

export type Evidence = z.infer<typeof evidenceSchema>;
export type Missed = z.infer<typeof missedSchema>;
export type Verdict = z.infer<typeof verdictSchema>;
export type RunSummary = z.infer<typeof runSummarySchema>;
export type DriftingFigure = (typeof DRIFTING_FIGURES)[number];
export type Drift = z.infer<typeof driftSchema>;
export type Planned = z.infer<typeof plannedSchema>;
export type Shard = z.infer<typeof shardSchema>;
export type Summary = z.infer<typeof summarySchema>;

/**
 * What was drilled, in a name: the scenario, with what stood in for its own bundle and server. The installation's folder is not
 * part of it: a new release is to be compared with the one before.
 */
export function drilledName({ scenario, bundle, server }: Pick<RunSummary, 'scenario' | 'bundle' | 'server'>): string {
  const instead: string[] = [];
  if (bundle !== undefined) instead.push(bundle);
  if (server !== undefined) instead.push('an installed server');
  return instead.length === 0 ? scenario : `${scenario} with ${instead.join(' and ')}`;
}
