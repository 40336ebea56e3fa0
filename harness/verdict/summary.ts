import { z } from 'zod';
import { expectationSchema, type Outcome, outcomeSchema, timingsSchema } from '../record/schema.js';

/** Schema of what `--json` of `run` and `judge` writes. */
export const SUMMARY_SCHEMA = 'oomdrill.summary/2';

/** The figures a verdict rests on. Null where the record does not hold what is needed to say. */
export const evidenceSchema = z.object({
  longestGapMs: z.number().nullable(),
  watchdogWindowMs: z.number(),
  oomKills: z.number().nullable(),
  highEvents: z.number().nullable(),
  maxEvents: z.number().nullable(),
  /** Share of the hold in which every task of the cgroup stalled on memory (PSI `full`), percent. */
  fullStallPercent: z.number().nullable(),
  plateauBytes: z.number().nullable(),
  plateauErrorPercent: z.number().nullable(),
  serverPidBefore: z.number().nullable(),
  serverPidAfter: z.number().nullable(),
  nRestarts: z.number().nullable(),
  /** State of the last injection, of whichever kind. */
  injectionState: z.string().nullable(),
  /** What was injected last, by its kind and in short: `memory hog`, `hog`. */
  injected: z.object({ kind: z.string(), noun: z.string() }).nullable(),
  missingSamplesPercent: z.number().nullable(),
  /** From the hog's SIGKILL to the first full answer after it; null when there was none. */
  recoveryMs: z.number().nullable(),
  /** From the beginning of a live repair to the first full answer, with the hogs still there; null without one. */
  repairMs: z.number().nullable(),
  /** The longest gap of any unit beside the serving one; null where none is asked. */
  sidecarGapMs: z.number().nullable(),
  /** How wide the band below the limit is in which a creeping hog harmed the server and lived, bytes of the guest; null where none creeps. */
  brimBytes: z.number().nullable(),
  /** The longest stall of the harness itself, which no server is to blame for; null where the record does not say. */
  hostStallMs: z.number().nullable(),
  baselineMedianMs: z.number().nullable(),
  holdMedianMs: z.number().nullable(),
});

/** The figures whose drift is watched, in their units. `brimBytes` is the width of a mapped band. */
export const DRIFTING_FIGURES = ['longestGapMs', 'fullStallPercent', 'brimBytes'] as const;

/**
 * `pass` and `fail` are words about the claim; `inconclusive` and `error` are neither; `skip` is a missing capability.
 */
export const verdictSchema = z.enum(['pass', 'fail', 'inconclusive', 'error', 'skip']);

/** A figure of a drill that passed and is clearly worse than the drills before it: see harness/history/drift.ts. */
export const driftSchema = z.object({
  figure: z.enum(DRIFTING_FIGURES),
  value: z.number(),
  /** The median of the drills before. */
  previousMedian: z.number(),
});

/** Something that was expected of a drill and did not hold. */
const missedSchema = z.object({
  /** Which bound of the expectation; `outcomes` for the outcome itself. */
  bound: expectationSchema.keyof(),
  sentence: z.string(),
});

export const runSummarySchema = z.object({
  /** Of the record. Absent where none was opened, and in results of earlier versions. */
  id: z.string().optional(),
  scenario: z.string(),
  /** The bundle that was drilled, where it is another than the scenario's own. */
  bundle: z.string().optional(),
  /** Folder of the installation that was drilled in place of the stand-in. */
  server: z.string().optional(),
  guest: z.string(),
  machine: z.string(),
  accelerator: z.string(),
  scale: z.number(),
  control: z.boolean(),
  outcome: outcomeSchema.nullable(),
  expected: z.array(outcomeSchema),
  verdict: verdictSchema,
  /** What of the expectation did not hold, in the order of their sentences, with which `reasons` begins. */
  missed: z.array(missedSchema),
  /** Sentences, the most telling first. */
  reasons: z.array(z.string()),
  /** Whether the drill was left inconclusive by the host's own state. */
  spoiledByHost: z.boolean(),
  /** The drill that this one is the second try of, which the host had spoiled. */
  secondTryOf: z
    .object({
      /** Of its record. Absent in results of earlier versions. */
      id: z.string().optional(),
      /** How the host spoiled it. */
      reason: z.string(),
      /** Path of its record; null where it is not among those that were judged. */
      record: z.string().nullable(),
    })
    .optional(),
  evidence: evidenceSchema.nullable(),
  timings: timingsSchema.nullable(),
  error: z.object({ code: z.string(), message: z.string(), hint: z.string().optional() }).optional(),
  /** Path of the record, or null when none was opened. */
  record: z.string().nullable(),
  /** What is clearly worse than in this scenario's history; absent where there is none, or nothing is. */
  drifts: z.array(driftSchema).optional(),
});

/** A drill that is to be carried out. */
const plannedSchema = runSummarySchema.pick({
  scenario: true,
  guest: true,
  machine: true,
  scale: true,
  control: true,
  expected: true,
});

/** Which part of a suite a run was, and the whole of which it is a part: `merge` looks for what is missing. */
const shardSchema = z.object({
  /** From 1. */
  index: z.number().int().positive(),
  of: z.number().int().positive(),
  own: z.array(plannedSchema),
  suite: z.array(plannedSchema),
});

export const summarySchema = z.object({
  schema: z.literal(SUMMARY_SCHEMA),
  host: z.object({
    cpus: z.number(),
    cpuModel: z.string(),
    memoryBytes: z.number(),
    availableBytes: z.number(),
    kernel: z.string(),
    distribution: z.string(),
  }),
  /** When the last drill ended, by the host's wall clock, ISO 8601 in UTC. */
  at: z.iso.datetime().optional(),
  shard: shardSchema.optional(),
  runs: z.array(runSummarySchema),
  exitCode: z.number().int(),
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
