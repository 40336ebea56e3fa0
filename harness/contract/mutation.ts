import { z } from 'zod';
import type { BrokenBundle, Mutant } from '../mutate/mutant.js';
import type { Score } from '../mutate/score.js';
import { FATES, type MutantResult, type Trial } from '../mutate/trial.js';
import { type CampaignPart, partSchema } from '../verdict/part.js';
import { runSummarySchema } from '../verdict/summary.js';

/** Schema name of the output of `mutate --json` and `mutate --list --json`. */
export const MUTATION_SCHEMA = 'oomdrill.mutation/1';

const mutantSchema = z.object({
  name: z.string().describe('Stable name that begins with the layer: `unit-oom-policy-dropped`.'),
  breaks: z.string().describe('What is broken, in a sentence.'),
  belief: z.string().describe('What the owner of the bundle would still believe, wrongly.'),
  noticedBy: z.array(z.string()).nonempty().describe('Scenarios that should notice it, the likeliest first.'),
});

const trialSchema = runSummarySchema
  .pick({ scenario: true, verdict: true, outcome: true, expected: true, reasons: true, record: true })
  .extend({ ms: z.number().describe('Wall-clock time of the drill, milliseconds.') });

const scoreSchema = z.object({
  mutants: z.number().int().describe('Number of mutants that apply to the bundle.'),
  killed: z.number().int().describe('Number of mutants that a scenario noticed.'),
  percent: z
    .number()
    .nullable()
    .describe(
      'Share of killed mutants, percent; null if none was killed and none survived, so that there is no score.',
    ),
  survivors: z.array(z.string()).describe('Names of the mutants that no scenario noticed.'),
  undecided: z.array(z.string()).describe('Names of the mutants whose drills proved nothing.'),
  inapplicable: z.array(z.string()).describe('Names of the mutants that do not apply to the bundle.'),
  notMade: z
    .array(z.string())
    .describe('Names of the mutants that could not be written to the files of the bundle so that they are in effect.'),
  baselineDrills: z.number().int().describe('Number of drills of the unbroken bundle.'),
  falseAlarms: z.number().int().describe('Number of those that failed.'),
  drills: z.number().int().describe('Number of all drills.'),
  exitCode: z
    .number()
    .int()
    .describe(
      '0: all killed. 1: a survivor or a false alarm. 2: a mutant is undecided or was not made, or nothing was tried.',
    ),
});

export const mutationSchema = z.object({
  schema: z.literal(MUTATION_SCHEMA),
  bundle: z.string().describe('Name of the bundle.'),
  baseline: z.array(trialSchema).describe('Drills of the unbroken bundle.'),
  mutants: z.array(
    mutantSchema.extend({
      fate: z
        .enum(FATES)
        .describe(
          'killed: a scenario failed. survived: all scenarios passed. undecided: none failed, and one proved nothing. inapplicable: the bundle has no such place to break. not-made: what it breaks would not be in effect, see `why`.',
        ),
      why: z.string().optional().describe('Why the mutant was not made.'),
      trials: z.array(trialSchema).describe('Drills of the mutant, in their order.'),
    }),
  ),
  score: scoreSchema,
  part: partSchema.optional(),
});

/** The mutants, without drills. */
export const mutantListSchema = z.object({
  schema: z.literal(MUTATION_SCHEMA),
  bundle: z.string().describe('Name of the bundle.'),
  mutants: z.array(
    mutantSchema.extend({
      applies: z.boolean().describe('Whether the bundle has the place to break.'),
      why: z.string().optional().describe('Why the mutant cannot be made, although the bundle has the place.'),
    }),
  ),
});

export type MutationDocument = z.infer<typeof mutationSchema>;
export type MutantListDocument = z.infer<typeof mutantListSchema>;

/** The results of a mutation run. */
export interface Mutation {
  readonly bundle: string;
  readonly baseline: readonly Trial[];
  readonly results: readonly MutantResult[];
  readonly score: Score;
  readonly part?: CampaignPart | undefined;
}

/**
 * Creates the output of `mutate --json`.
 *
 * @throws ZodError when a result does not fit the schema, which is a bug of ours
 */
export function createMutationDocument({ bundle, baseline, results, score, part }: Mutation): MutationDocument {
  const mutants = results.map(({ mutant, ...result }) => ({ ...mutantFacts(mutant), ...result }));
  return mutationSchema.parse({ schema: MUTATION_SCHEMA, bundle, baseline, mutants, score, part });
}

/** Creates the output of `mutate --list --json`. */
export function createMutantListDocument(bundle: string, all: readonly BrokenBundle[]): MutantListDocument {
  const mutants = all.map(({ mutant, bundle, notMade }) => ({
    ...mutantFacts(mutant),
    applies: bundle !== undefined || notMade !== undefined,
    why: notMade,
  }));
  return mutantListSchema.parse({ schema: MUTATION_SCHEMA, bundle, mutants });
}

/** Leaves out the function that breaks the bundle. */
function mutantFacts({ name, breaks, belief, noticedBy }: Mutant) {
  return { name, breaks, belief, noticedBy };
}
