import { z } from 'zod';
import type { BrokenBundle, Mutant } from '../mutate/mutant.js';
import type { Score } from '../mutate/score.js';
import { FATES, type MutantResult, type Trial } from '../mutate/trial.js';
import { runSummarySchema } from '../verdict/summary.js';

/** Schema of what `mutate --json` and `mutate --list --json` write. */
const MUTATION_SCHEMA = 'oomdrill.mutation/1';

const mutantSchema = z.object({
  name: z.string().describe('Stable, its layer first: `unit-oom-policy-dropped`.'),
  breaks: z.string().describe('What is broken, in a sentence.'),
  belief: z.string().describe('What the owner of the bundle would go on to believe, wrongly.'),
  noticedBy: z.array(z.string()).nonempty().describe('Scenarios that ought to notice, the likeliest first.'),
});

const trialSchema = runSummarySchema
  .pick({ scenario: true, verdict: true, outcome: true, expected: true, reasons: true, record: true })
  .extend({ ms: z.number().describe('Wall-clock time of the drill, milliseconds.') });

const scoreSchema = z.object({
  mutants: z.number().int().describe('How many were decided or left undecided: those that apply to the bundle.'),
  killed: z.number().int().describe('How many of them a scenario noticed.'),
  percent: z.number().nullable().describe('Share of those killed, percent; null where no mutant applies.'),
  survivors: z.array(z.string()).describe('Names of those that no scenario noticed.'),
  undecided: z.array(z.string()).describe('Names of those of which the drills proved nothing.'),
  inapplicable: z.array(z.string()).describe('Names of those for which the bundle has nothing to break.'),
  baselineDrills: z.number().int().describe('How many drills there were of the bundle as it is.'),
  falseAlarms: z.number().int().describe('How many of those failed.'),
  drills: z.number().int().describe('How many drills there were in all.'),
  exitCode: z
    .number()
    .int()
    .describe('0 all killed; 1 a survivor or a false alarm; 2 something is undecided, or nothing was tried.'),
});

export const mutationSchema = z.object({
  schema: z.literal(MUTATION_SCHEMA),
  bundle: z.string().describe('Name of the bundle.'),
  baseline: z.array(trialSchema).describe('Drills of the bundle as it is.'),
  mutants: z.array(
    mutantSchema.extend({
      fate: z
        .enum(FATES)
        .describe(
          'killed: a scenario failed on it. survived: all of its scenarios passed. undecided: none failed, and one proved nothing. inapplicable: there is nothing in the bundle that it could break.',
        ),
      trials: z.array(trialSchema).describe('Its drills, in their order.'),
    }),
  ),
  score: scoreSchema,
});

/** What there is to break, without a drill. */
export const mutantListSchema = z.object({
  schema: z.literal(MUTATION_SCHEMA),
  bundle: z.string().describe('Name of the bundle.'),
  mutants: z.array(
    mutantSchema.extend({
      applies: z.boolean().describe('Whether there is anything in the bundle that it could break.'),
    }),
  ),
});

export type MutationDocument = z.infer<typeof mutationSchema>;
export type MutantListDocument = z.infer<typeof mutantListSchema>;

/** What a mutation run came to. */
export interface Mutation {
  readonly bundle: string;
  readonly baseline: readonly Trial[];
  readonly results: readonly MutantResult[];
  readonly score: Score;
}

/**
 * A mutation run as `--json` writes it.
 *
 * @throws ZodError when a result does not fit the schema, which is a bug of ours
 */
export function mutationDocument({ bundle, baseline, results, score }: Mutation): MutationDocument {
  const mutants = results.map(({ mutant, fate, trials }) => ({ ...mutantFacts(mutant), fate, trials }));
  return mutationSchema.parse({ schema: MUTATION_SCHEMA, bundle, baseline, mutants, score });
}

/** The mutants of a bundle as `--list --json` writes them. */
export function mutantListDocument(bundle: string, all: readonly BrokenBundle[]): MutantListDocument {
  const mutants = all.map((broken) => ({ ...mutantFacts(broken.mutant), applies: broken.bundle !== undefined }));
  return mutantListSchema.parse({ schema: MUTATION_SCHEMA, bundle, mutants });
}

/** Without the function that breaks the bundle. */
function mutantFacts({ name, breaks, belief, noticedBy }: Mutant) {
  return { name, breaks, belief, noticedBy };
}
