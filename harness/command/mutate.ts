import type { Bundle } from '../bundle/bundle.js';
import { createContext } from '../campaign/context.js';
import { type MutateOptions, mutate } from '../campaign/mutate.js';
import { keepPartial } from '../campaign/partial.js';
import {
  createMutantListDocument,
  createMutationDocument,
  mutantListSchema,
  mutationSchema,
} from '../contract/mutation.js';
import { usageError } from '../core/errors.js';
import { guestNamed } from '../machine/image/guests.js';
import { chooseMachineFor } from '../machine/providers.js';
import { breakBundle, type Mutant } from '../mutate/mutant.js';
import { findMutants } from '../mutate/mutants.js';
import { countScore } from '../mutate/score.js';
import type { MutantResult, Trial } from '../mutate/trial.js';
import { chooseStyle } from '../report/layout.js';
import { renderMutants, renderMutation } from '../report/mutation.js';
import { type Conclusion, conclude, documentOf } from './conclude.js';
import { countOf } from './count.js';
import type { MutateFlags } from './declaration/mutate.js';
import { readDrillFlags } from './drill-flags.js';
import { withReapedMachines } from './interrupt.js';
import { loadBundleWithWarnings } from './load-bundle.js';
import { progressOnStderr } from './progress.js';

/** `oomdrill mutate`: breaks a bundle in one place at a time, and says whether a scenario notices. */
export async function executeMutate(nameOrDir: string, flags: MutateFlags): Promise<void> {
  await conclude(flags, async () => {
    const bundle = await loadBundleWithWarnings(nameOrDir, progressOnStderr());
    const mutants = findMutants(flags.mutant ?? []);
    if (flags.list) {
      const all = mutants.map((mutant) => breakBundle(bundle, mutant));
      const text = renderMutants(all, chooseStyle(process.stdout, process.env).columns);
      const document = documentOf(mutantListSchema, createMutantListDocument(bundle.name, all));
      return { document, text, exitCode: 0 };
    }
    return concludeMutation(await drillMutants(bundle, mutants, flags));
  });
}

/** What was done, and what broke it off, where something did. */
interface DrilledMutants {
  readonly bundle: string;
  readonly baseline: readonly Trial[];
  readonly results: readonly MutantResult[];
  readonly failure: unknown;
}

async function drillMutants(bundle: Bundle, mutants: readonly Mutant[], flags: MutateFlags): Promise<DrilledMutants> {
  const asked = flags.machine;
  const machine = chooseMachineFor('mutate', asked.name, asked.flags, asked.table);
  const settings = readDrillFlags(flags);
  const progress = progressOnStderr();
  const baseline: Trial[] = [];
  const results: MutantResult[] = [];
  const options: MutateOptions = {
    bundle,
    mutants,
    guest: guestNamed(flags.guest).name,
    baselineRounds: roundsOf(flags),
    onBaseline: (trial) => {
      baseline.push(trial);
      progress(`${bundle.name} as it is: ${trial.verdict} of ${trial.scenario}`);
    },
    onMutant: (result) => {
      results.push(result);
      progress(`${result.fate}: ${result.mutant.name}`);
    },
  };
  const drillAll = () =>
    withReapedMachines(progress, async ({ signal }) =>
      mutate(await createContext({ ...settings, machine, progress, signal }), options),
    );
  const failure = await keepPartial(drillAll, () => baseline.length + results.length > 0);
  return { bundle: bundle.name, baseline, results, failure };
}

function concludeMutation({ bundle, baseline, results, failure }: DrilledMutants): Conclusion {
  const score = countScore(baseline, results);
  const text = renderMutation(bundle, baseline, results, score);
  const exitCode = failure === undefined ? score.exitCode : score.exitCode || 2;
  const mutation = { bundle, baseline, results, score: { ...score, exitCode } };
  return { document: documentOf(mutationSchema, createMutationDocument(mutation)), text, exitCode, failure };
}

/** @throws OomdrillError `COUNT_INVALID`, `BASELINE_FLAGS` */
function roundsOf({ baseline, repeatBaseline }: MutateFlags): number {
  const rounds = countOf(repeatBaseline, '--repeat-baseline', 1_000);
  if (baseline) return rounds;
  if (rounds === 1) return 0;
  throw usageError('BASELINE_FLAGS', '--no-baseline cannot be used with --repeat-baseline.', 'Leave one of them out.');
}
