import type { RunSummary } from '../verdict/summary.js';
import type { BrokenBundle, Mutant } from './mutant.js';

/** One drill, of a mutant or of the bundle as it is, and how long it took. */
export interface Trial
  extends Pick<RunSummary, 'scenario' | 'verdict' | 'outcome' | 'expected' | 'reasons' | 'record'> {
  readonly ms: number;
}

/** What can become of a mutant. */
export const FATES = ['killed', 'survived', 'undecided', 'inapplicable'] as const;

/**
 * `killed`: a scenario's claim failed on it. `survived`: all of its scenarios passed. `undecided`: none failed, and at least one proved
 * nothing, by an error, an inconclusive drill, or because it does not even hold on the bundle as it is. `inapplicable`: there is nothing
 * in the bundle that it could break.
 */
export type Fate = (typeof FATES)[number];

export interface MutantResult {
  readonly mutant: Mutant;
  readonly fate: Fate;
  readonly trials: readonly Trial[];
}

/** Carries out one drill; of the bundle as it is where nothing is broken. Its errors are its verdict. */
export type Drill = (scenario: string, broken: BrokenBundle | undefined, round: number) => Promise<Trial>;

export interface TrialOptions {
  /** How often the bundle as it is must pass each scenario that is used; 0 to take it on trust. */
  readonly baselineRounds: number;
  /** Told of each drill of the bundle as it is, and of each mutant, as they come. */
  readonly onBaseline: (trial: Trial) => void;
  readonly onMutant: (result: MutantResult) => void;
}

/**
 * Tries every mutant by its scenarios in their order until one fails. A scenario counts only where the bundle as it is passes it, so
 * that one is drilled before its first use, those that are certain to be used before any mutant.
 */
export async function tryMutants(all: readonly BrokenBundle[], drill: Drill, options: TrialOptions): Promise<void> {
  const seen = new Map<string, boolean>();
  const holds = async (scenario: string): Promise<boolean> => {
    const known = seen.get(scenario);
    if (known !== undefined) return known;
    const rounds: Trial[] = [];
    for (let round = 1; round <= options.baselineRounds; round++) {
      const trial = await drill(scenario, undefined, round);
      options.onBaseline(trial);
      rounds.push(trial);
    }
    const passed = rounds.every(({ verdict }) => verdict === 'pass');
    seen.set(scenario, passed);
    return passed;
  };

  for (const scenario of listFirstChoices(all)) await holds(scenario);
  for (const broken of all) {
    const { mutant, bundle } = broken;
    const trials: Trial[] = [];
    for (const scenario of bundle ? mutant.noticedBy : []) {
      if (await holds(scenario)) trials.push(await drill(scenario, broken, 1));
      if (trials.at(-1)?.verdict === 'fail') break;
    }
    options.onMutant({ mutant, trials, fate: bundle ? decideFate(mutant, trials) : 'inapplicable' });
  }
}

/** The scenarios that are used whatever comes out, in the order of the mutants. */
function listFirstChoices(all: readonly BrokenBundle[]): readonly string[] {
  return [...new Set(all.flatMap(({ mutant, bundle }) => (bundle ? [mutant.noticedBy[0]] : [])))];
}

function decideFate({ noticedBy }: Mutant, trials: readonly Trial[]): Fate {
  if (trials.some(({ verdict }) => verdict === 'fail')) return 'killed';
  return trials.length === noticedBy.length && trials.every(({ verdict }) => verdict === 'pass')
    ? 'survived'
    : 'undecided';
}
