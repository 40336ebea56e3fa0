import type { Bundle } from '../bundle/bundle.js';
import { findScenarios } from '../campaign/catalogue.js';
import { createContext } from '../campaign/context.js';
import { listMutationCells, type MutateOptions, mutantKey, mutate, unbrokenKey } from '../campaign/mutate.js';
import { findBundleNeeds } from '../campaign/needs.js';
import { keepPartial } from '../campaign/partial.js';
import { bundleFacts, describeCampaign, scenarioFacts } from '../campaign/shard.js';
import {
  createMutantListDocument,
  createMutationDocument,
  mutantListSchema,
  mutationSchema,
} from '../contract/mutation.js';
import { usageError } from '../core/errors.js';
import { groupBy } from '../core/group-by.js';
import { readVersion } from '../core/version.js';
import { guestNamed } from '../machine/image/guests.js';
import { chooseMachineFor } from '../machine/providers.js';
import { breakBundle, type Mutant } from '../mutate/mutant.js';
import { findMutants } from '../mutate/mutants.js';
import { countScore } from '../mutate/score.js';
import type { MutantResult, Trial } from '../mutate/trial.js';
import { chooseStyle } from '../report/layout.js';
import { renderMutants, renderMutation } from '../report/mutation.js';
import type { CampaignPart } from '../verdict/part.js';
import { type Conclusion, conclude, documentOf } from './conclude.js';
import { countOf } from './count.js';
import type { MutateFlags } from './declaration/mutate.js';
import { readDrillFlags } from './drill-flags.js';
import { withReapedMachines } from './interrupt.js';
import { loadBundleWithWarnings } from './load-bundle.js';
import { chooseSome, readPartFlags } from './part-flags.js';
import { progressOnStderr } from './progress.js';
import { submit } from './submit.js';

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
    return drillMutants(bundle, mutants, flags);
  });
}

/** What was done, and what broke it off, where something did. */
interface DrilledMutants {
  readonly bundle: string;
  readonly baseline: readonly Trial[];
  readonly results: readonly MutantResult[];
  readonly failure?: unknown;
  readonly part?: CampaignPart | undefined;
}

async function drillMutants(bundle: Bundle, mutants: readonly Mutant[], flags: MutateFlags): Promise<Conclusion> {
  const asked = flags.machine;
  const machine = chooseMachineFor('mutate', asked.name, asked.flags, asked.table);
  const settings = readDrillFlags(flags);
  const asIs = { bundle, mutants, guest: guestNamed(flags.guest).name, baselineRounds: roundsOf(flags) };
  const version = await readVersion();
  const { choice } = await readPartFlags(flags);
  const names = mutants.map(({ name }) => name);
  const declared = [
    bundleFacts(bundle),
    ...(await Promise.all((await findScenarios(scenariosOf(mutants))).map(scenarioFacts))),
  ];
  const campaign = describeCampaign({ ...settings, version, machine }, [asIs.baselineRounds, names], declared);
  const cells = await listMutationCells(asIs);
  if (flags.submit !== undefined)
    return submit(flags.submit, {
      command: 'mutate',
      cells,
      campaign,
      choice,
      flags,
      ofTheWhole: ['json'],
      settings: { ...settings, machine },
      findNeeds: (context) => findBundleNeeds(context, bundle),
    });
  const part = chooseSome(cells, campaign, choice);
  const progress = progressOnStderr();
  const baseline: Trial[] = [];
  const results: MutantResult[] = [];
  const options: MutateOptions = {
    ...asIs,
    own: new Set(part.own),
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
  const ended = { baseline, results, failure };
  return concludeMutation({ bundle: bundle.name, ...ended, part: { ...part, ...findEnded(part, asIs, ended) } });
}

const scenariosOf = (mutants: readonly Mutant[]): string[] => [
  ...new Set(mutants.flatMap(({ noticedBy }) => noticedBy)),
];

/** Which cells came to their end, and how long all of them took. */
function findEnded(
  { own }: CampaignPart,
  options: Parameters<typeof mutantKey>[1] & { readonly baselineRounds: number },
  { baseline, results }: Pick<DrilledMutants, 'baseline' | 'results'>,
): Pick<CampaignPart, 'done' | 'errors' | 'tookMs'> {
  const keys = new Set(own);
  const done: string[] = [];
  const errors: Record<string, string> = {};
  const addCell = (key: string, trials: readonly Trial[], isWhole: boolean) => {
    const broken = trials.find(({ verdict }) => verdict === 'error');
    if (!keys.has(key)) return;
    if (broken) errors[key] = broken.reasons[0]?.replace(/\.$/, '') ?? 'an error broke it off';
    else if (isWhole) done.push(key);
  };
  for (const [scenario, trials] of groupBy(baseline, (trial) => trial.scenario))
    addCell(unbrokenKey(scenario, options), trials, trials.length >= options.baselineRounds);
  for (const { mutant, trials } of results) addCell(mutantKey(mutant, options), trials, true);
  const all = [...baseline, ...results.flatMap(({ trials }) => trials)];
  return { done, errors, tookMs: all.reduce((sum, { ms }) => sum + ms, 0) };
}

/** The results of a mutation run, of a part of one, or of all parts together. */
export function concludeMutation({ bundle, baseline, results, failure, part }: DrilledMutants): Conclusion {
  const score = countScore(baseline, results);
  const text = renderMutation(bundle, baseline, results, score);
  const exitCode = failure === undefined ? score.exitCode : score.exitCode || 2;
  const mutation = { bundle, baseline, results, score: { ...score, exitCode }, part };
  return { document: documentOf(mutationSchema, createMutationDocument(mutation)), text, exitCode, failure };
}

/** @throws OomdrillError `COUNT_INVALID`, `BASELINE_FLAGS` */
function roundsOf({ baseline, repeatBaseline }: MutateFlags): number {
  const rounds = countOf(repeatBaseline, '--repeat-baseline', 1_000);
  if (baseline) return rounds;
  if (rounds === 1) return 0;
  throw usageError('BASELINE_FLAGS', '--no-baseline cannot be used with --repeat-baseline.', 'Leave one of them out.');
}
