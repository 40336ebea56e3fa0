import { z } from 'zod';
import type { BrokenBundle, Mutant } from '../mutate/mutant.js';
import type { Score } from '../mutate/score.js';
import { FATES, type MutantResult, type Trial } from '../mutate/trial.js';
import { runSummarySchema } from '../verdict/summary.js';

/** Schema of what `mutate --json` and `mutate --list --json` write. */
const MUTATION_SCHEMA = 'oomdrill.mutation/1';

const mutantSchema = z.object({
  name: z.string(),
  /** What is broken, in a sentence. */
  breaks: z.string(),
  /** What its owner would go on to believe, wrongly. */
  belief: z.string(),
  /** Scenarios that ought to notice. */
  noticedBy: z.array(z.string()).nonempty(),
});

const trialSchema = runSummarySchema
  .pick({ scenario: true, verdict: true, outcome: true, expected: true, reasons: true, record: true })
  .extend({ ms: z.number() });

const scoreSchema = z.object({
  mutants: z.number().int(),
  killed: z.number().int(),
  /** Null where no mutant applies. */
  percent: z.number().nullable(),
  survivors: z.array(z.string()),
  undecided: z.array(z.string()),
  inapplicable: z.array(z.string()),
  baselineDrills: z.number().int(),
  falseAlarms: z.number().int(),
  drills: z.number().int(),
  exitCode: z.number().int(),
});

export const mutationSchema = z.object({
  schema: z.literal(MUTATION_SCHEMA),
  bundle: z.string(),
  /** Drills of the bundle as it is. */
  baseline: z.array(trialSchema),
  mutants: z.array(mutantSchema.extend({ fate: z.enum(FATES), trials: z.array(trialSchema) })),
  score: scoreSchema,
});

/** What there is to break, without a drill. */
export const mutantListSchema = z.object({
  schema: z.literal(MUTATION_SCHEMA),
  bundle: z.string(),
  mutants: z.array(mutantSchema.extend({ applies: z.boolean() })),
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
