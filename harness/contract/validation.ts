import { z } from 'zod';
import type { Bundle } from '../bundle/bundle.js';
import type { Bytes } from '../core/bytes.js';
import { type Finding, findingSchema } from '../lint/finding.js';
import { outcomeSchema } from '../record/schema.js';
import { type CampaignPart, partSchema } from '../verdict/part.js';
import {
  type Answer,
  answerName,
  CHANGES,
  type Comparison,
  SAFETIES,
  type SafetyJudgement,
} from '../verdict/safety.js';
import { runSummarySchema, verdictSchema } from '../verdict/summary.js';
import { toJsonLimit, unitLimitsSchema } from './limits.js';

/** Schema name of the output of `validate --json`. */
export const VALIDATION_SCHEMA = 'oomdrill.validation/2';

const answerSchema = z
  .object({
    question: z
      .string()
      .describe("The question's name, with the number of the place if there are several, as in `plateau-2`."),
    name: z.string().describe('The name alone, such as `past-max`: short and stable.'),
    placeIndex: z
      .number()
      .int()
      .nonnegative()
      .nullable()
      .describe('Number of the place, from 0; null if the question has only one place.'),
    asks: z.string().describe('The question in words.'),
    run: runSummarySchema,
  })
  .meta({ id: 'answer', description: 'A question about a set of limits, and the drill that answered it.' });

const comparedAnswerSchema = z.object({
  verdict: verdictSchema,
  outcome: outcomeSchema.nullable(),
  longestGapMs: z
    .number()
    .nullable()
    .describe('The longest time without a full answer for the clients, milliseconds; null if unknown.'),
});

export const validationSchema = z.object({
  schema: z.literal(VALIDATION_SCHEMA),
  safety: z.enum(SAFETIES).describe('Whether the limits are safe.'),
  reasons: z.array(z.string()).describe('One sentence for each answer that decided this.'),
  scale: z.number().positive().describe('Every byte quantity of the bundle was divided by this.'),
  answers: z.array(answerSchema),
  warnings: z.array(z.string()).describe('Parts of the bundle that cannot be checked, in sentences.'),
  findings: z.array(findingSchema).describe('The findings of `lint` in the bundle, without notes.'),
  caveats: z.array(z.string()).describe('Risks that the bundle leaves open, known without a drill, in sentences.'),
  difference: z.array(z.string()).describe('Lines of a diff against the current settings.'),
  comparison: z
    .array(
      z.object({
        question: z.string().describe("The question's name, as in `answers`."),
        asks: z.string().describe('The question in words.'),
        change: z.enum(CHANGES).describe('The limits compared with the baseline.'),
        before: comparedAnswerSchema.describe('The answer of the baseline.'),
        after: comparedAnswerSchema.describe('The answer of the validated limits.'),
      }),
    )
    .optional()
    .describe('Comparison with the baseline, if it was drilled too.'),
  candidate: unitLimitsSchema
    .extend({
      unit: z.string().optional().describe('The serving unit; absent in results of earlier versions.'),
      memory: z.string().describe('Memory of the host, in the notation of systemd.'),
      swap: z.string().describe('Swap of the host, in the notation of systemd.'),
      cpus: z.number().int().positive().describe('Number of CPUs of the host.'),
      diskBandwidth: z.string().optional().describe('Bytes per second of its root disk, in the notation of systemd.'),
      oomPolicy: z.string().describe('OOMPolicy of the serving unit.'),
    })
    .describe("The host, and the serving unit's own limits, bytes of that host."),
  baseline: z.array(answerSchema).optional().describe('Answers of the baseline, if it was drilled too.'),
  durationMs: z.number().describe("Wall-clock time of the candidate's drills, milliseconds."),
  exitCode: z
    .number()
    .int()
    .describe(
      'Exit status of the command: 0 safe, 1 unsafe, 2 undecided or interrupted; of a part 0 where none of its answers is bad or open.',
    ),
  part: partSchema.optional(),
});

export type ValidationDocument = z.infer<typeof validationSchema>;

/** A set of limits, and the results of its validation. */
export interface Validated extends SafetyJudgement {
  /** The serving unit, and its limits in effect; bytes of the real host. */
  readonly unit: string;
  readonly limits: { readonly high: Bytes; readonly max: Bytes; readonly swapMax: Bytes };
  readonly oomPolicy: string;
  /** In systemd's notation. */
  readonly host: Bundle['manifest']['host'];
  readonly scale: number;
  readonly answers: readonly Answer[];
  /** Parts of the bundle that cannot be checked. */
  readonly warnings: readonly string[];
  readonly findings: readonly Finding[];
  /** Risks that the bundle leaves open, known without a drill. */
  readonly caveats: readonly string[];
  /** Lines of a diff against the current settings. */
  readonly difference: readonly string[];
  /** The comparison with the baseline, and the baseline's own answers, if it was drilled too. */
  readonly comparison: readonly Comparison[] | undefined;
  readonly baseline: readonly Answer[] | undefined;
  /** Wall-clock time of the drills, milliseconds. */
  readonly durationMs: number;
  readonly exitCode: number;
  readonly part?: CampaignPart | undefined;
}

/**
 * Creates the output of `validate --json`.
 *
 * @throws ZodError when a result does not fit the schema, which is a bug of ours
 */
export function createValidationDocument({ unit, host, limits, oomPolicy, ...rest }: Validated): ValidationDocument {
  const { high, max, swapMax } = limits;
  const inJson = { high: toJsonLimit(high), max: toJsonLimit(max), swapMax: toJsonLimit(swapMax) };
  return validationSchema.parse({
    schema: VALIDATION_SCHEMA,
    ...rest,
    answers: rest.answers.map(toJsonAnswer),
    baseline: rest.baseline?.map(toJsonAnswer),
    candidate: { unit, ...host, ...inJson, oomPolicy },
  });
}

const toJsonAnswer = (answer: Answer) => ({ ...answer, question: answerName(answer), name: answer.question });
