import { z } from 'zod';
import type { Bundle } from '../bundle/bundle.js';
import type { Bytes } from '../core/bytes.js';
import { type Finding, findingSchema } from '../lint/finding.js';
import { outcomeSchema } from '../record/schema.js';
import {
  type Answer,
  answerName,
  CHANGES,
  type Comparison,
  SAFETIES,
  type SafetyJudgement,
} from '../verdict/safety.js';
import { runSummarySchema, verdictSchema } from '../verdict/summary.js';
import { limitInJson, unitLimitsSchema } from './limits.js';

/** Schema of what `validate --json` writes. */
export const VALIDATION_SCHEMA = 'oomdrill.validation/2';

const answerSchema = z.object({
  /** The question's name, and the place's number behind it where there are several, as in `plateau-2`. */
  question: z.string(),
  /** The name alone, such as `past-max`: short and stable. */
  name: z.string(),
  /** From 0; null where the question is asked at one place alone. */
  placeIndex: z.number().int().nonnegative().nullable(),
  /** In words. */
  asks: z.string(),
  run: runSummarySchema,
});

const comparedAnswerSchema = z.object({
  verdict: verdictSchema,
  outcome: outcomeSchema.nullable(),
  longestGapMs: z.number().nullable(),
});

export const validationSchema = z.object({
  schema: z.literal(VALIDATION_SCHEMA),
  safety: z.enum(SAFETIES),
  /** Sentences, one for each answer that decided. */
  reasons: z.array(z.string()),
  scale: z.number().positive(),
  answers: z.array(answerSchema),
  /** What of the bundle cannot be checked. */
  warnings: z.array(z.string()),
  findings: z.array(findingSchema),
  /** What is left open and needs no drill to be known. */
  caveats: z.array(z.string()),
  /** Lines of a diff against the current settings. */
  difference: z.array(z.string()),
  /** Against the baseline, where it was drilled too. */
  comparison: z
    .array(
      z.object({
        question: z.string(),
        asks: z.string(),
        change: z.enum(CHANGES),
        before: comparedAnswerSchema,
        after: comparedAnswerSchema,
      }),
    )
    .optional(),
  /** The host in systemd's notation, and the serving unit's own limits, bytes of that host. */
  candidate: unitLimitsSchema.extend({
    memory: z.string(),
    swap: z.string(),
    cpus: z.number().int().positive(),
    diskBandwidth: z.string().optional(),
    oomPolicy: z.string(),
  }),
  /** Answers of the baseline, where it was drilled too. */
  baseline: z.array(answerSchema).optional(),
  /** Wall-clock time of the candidate's drills, milliseconds. */
  durationMs: z.number(),
  exitCode: z.number().int(),
});

export type ValidationDocument = z.infer<typeof validationSchema>;

/** A set of limits, what was asked of it, and what came of that. */
export interface Validated extends SafetyJudgement {
  /** The serving unit, and what is in effect for it; bytes of the real host. */
  readonly unit: string;
  readonly limits: { readonly high: Bytes; readonly max: Bytes; readonly swapMax: Bytes };
  readonly oomPolicy: string;
  /** In systemd's notation. */
  readonly host: Bundle['manifest']['host'];
  readonly scale: number;
  readonly answers: readonly Answer[];
  /** What of the bundle cannot be checked. */
  readonly warnings: readonly string[];
  readonly findings: readonly Finding[];
  /** What is left open and needs no drill to be known. */
  readonly caveats: readonly string[];
  /** Lines of a diff against the current settings. */
  readonly difference: readonly string[];
  /** Against the baseline, and the baseline's own answers, where it was drilled too. */
  readonly comparison: readonly Comparison[] | undefined;
  readonly baseline: readonly Answer[] | undefined;
  /** Wall-clock time of the drills, milliseconds. */
  readonly durationMs: number;
  readonly exitCode: number;
}

/**
 * A validation as `--json` writes it.
 *
 * @throws ZodError when a result does not fit the schema, which is a bug of ours
 */
export function validationDocument({ host, limits, oomPolicy, ...rest }: Validated): ValidationDocument {
  const { high, max, swapMax } = limits;
  const inJson = { high: limitInJson(high), max: limitInJson(max), swapMax: limitInJson(swapMax) };
  return validationSchema.parse({
    schema: VALIDATION_SCHEMA,
    ...rest,
    answers: rest.answers.map(answerInJson),
    baseline: rest.baseline?.map(answerInJson),
    candidate: { ...host, ...inJson, oomPolicy },
  });
}

const answerInJson = (answer: Answer) => ({ ...answer, question: answerName(answer), name: answer.question });
