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

const answerSchema = z
  .object({
    question: z
      .string()
      .describe("The question's name, with the number of the place where there are several, as in `plateau-2`."),
    name: z.string().describe('The name alone, such as `past-max`: short and stable.'),
    placeIndex: z
      .number()
      .int()
      .nonnegative()
      .nullable()
      .describe('Number of the place, from 0; null where the question is asked at one place alone.'),
    asks: z.string().describe('The question in words.'),
    run: runSummarySchema,
  })
  .meta({ id: 'answer', description: 'A question that was put to a set of limits, and the drill that answered it.' });

const comparedAnswerSchema = z.object({
  verdict: verdictSchema,
  outcome: outcomeSchema.nullable(),
  longestGapMs: z
    .number()
    .nullable()
    .describe('The longest time that clients were without a full answer, milliseconds; null where it is not known.'),
});

export const validationSchema = z.object({
  schema: z.literal(VALIDATION_SCHEMA),
  safety: z.enum(SAFETIES).describe('The word on the limits.'),
  reasons: z.array(z.string()).describe('Sentences, one for each answer that decided.'),
  scale: z.number().positive().describe('Every byte quantity of the bundle was divided by this.'),
  answers: z.array(answerSchema),
  warnings: z.array(z.string()).describe('What of the bundle cannot be checked, in sentences.'),
  findings: z.array(findingSchema).describe('What `lint` finds in the bundle, but for notes.'),
  caveats: z.array(z.string()).describe('What is left open and needs no drill to be known, in sentences.'),
  difference: z.array(z.string()).describe('Lines of a diff against the current settings.'),
  comparison: z
    .array(
      z.object({
        question: z.string().describe("The question's name, as in `answers`."),
        asks: z.string().describe('The question in words.'),
        change: z.enum(CHANGES).describe('What the limits are to the baseline.'),
        before: comparedAnswerSchema.describe('The answer of the baseline.'),
        after: comparedAnswerSchema.describe('The answer of the limits that are validated.'),
      }),
    )
    .optional()
    .describe('Against the baseline, where it was drilled too.'),
  candidate: unitLimitsSchema
    .extend({
      memory: z.string().describe('Memory of the host, in the notation of systemd.'),
      swap: z.string().describe('Swap of the host, in the notation of systemd.'),
      cpus: z.number().int().positive().describe('Number of CPUs of the host.'),
      diskBandwidth: z
        .string()
        .optional()
        .describe('What its root disk gives in a second, in the notation of systemd.'),
      oomPolicy: z.string().describe('OOMPolicy of the serving unit.'),
    })
    .describe("The host, and the serving unit's own limits, bytes of that host."),
  baseline: z.array(answerSchema).optional().describe('Answers of the baseline, where it was drilled too.'),
  durationMs: z.number().describe("Wall-clock time of the candidate's drills, milliseconds."),
  exitCode: z
    .number()
    .int()
    .describe('Exit status of the command: 0 safe, 1 unsafe, 2 undecided, or the drills were broken off.'),
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
