import { mutate } from '../harness/campaign/mutate.js';
import { loadNamedBundle } from '../harness/campaign/named-bundle.js';
import { MUTANTS } from '../harness/mutate/mutants.js';
import { countScore } from '../harness/mutate/score.js';
import type { MutantResult, Trial } from '../harness/mutate/trial.js';
import type { BenchContext } from './context.js';
import { atLeast, atMost, type Figure } from './figure.js';

/** Breaks the devvm's bundle in every way, after several drills of the unbroken bundle. */
export async function measureMutate(context: BenchContext, repeats: number): Promise<Figure[]> {
  const { progress } = context;
  const baseline: Trial[] = [];
  const results: MutantResult[] = [];
  await mutate(await context.drillContext(), {
    bundle: await loadNamedBundle('devvm'),
    mutants: MUTANTS,
    guest: 'trixie',
    baselineRounds: repeats,
    onBaseline: (trial) => baseline.push(trial),
    onMutant: (result) => {
      results.push(result);
      progress(`${result.fate}: ${result.mutant.name}`);
    },
  });
  const score = countScore(baseline, results);
  const open = [...score.survivors, ...score.undecided].join(', ');
  return [
    atLeast('mutants of the devvm', score.mutants, 20, 'mutants'),
    atLeast('mutation score of the devvm', score.percent ?? Number.NaN, 100, '%', open),
    atMost('false alarms on the unbroken devvm', score.falseAlarms, 0, `in ${repeats} runs of each scenario`),
  ];
}
