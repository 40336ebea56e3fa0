import { speaksAgainstLimits } from '../verdict/safety.js';
import type { RunSummary } from '../verdict/summary.js';
import type { BrokenBundle, Mutant } from './mutant.js';

/** One drill of a mutant or of the unbroken bundle. */
export interface Trial
  extends Pick<RunSummary, 'scenario' | 'verdict' | 'outcome' | 'expected' | 'reasons' | 'record'> {
  /** How long the drill took, milliseconds. */
  readonly ms: number;
}

/** The possible fates of a mutant. */
export const FATES = ['killed', 'survived', 'undecided', 'inapplicable', 'not-made'] as const;

/**
 * `killed`: a scenario's claim failed on it. `survived`: all its scenarios passed. `undecided`: none failed, and at
 * least one proved nothing, because of an error, an inconclusive drill, or because it does not pass on the unbroken
 * bundle either. `inapplicable`: the bundle has nothing that it could break. `not-made`: what it would break could not be
 * written so that it is in effect, and no drill was made.
 */
export type Fate = (typeof FATES)[number];

export interface MutantResult {
  readonly mutant: Mutant;
  readonly fate: Fate;
  /** Why it was not made. */
  readonly why?: string | undefined;
  readonly trials: readonly Trial[];
}

/** Runs one drill, of the unbroken bundle if `broken` is undefined. An error of the drill is its verdict. */
export type Drill = (scenario: string, broken: BrokenBundle | undefined, round: number) => Promise<Trial>;

export interface TrialOptions {
  /** How often the unbroken bundle must pass each scenario that is used; 0 to skip this. */
  readonly baselineRounds: number;
  /**
   * Scenarios of which another machine shows whether the unbroken bundle passes them: they count until `withoutAlarms` says otherwise.
   */
  readonly provedElsewhere?: ReadonlySet<string> | undefined;
  /** Scenarios that the unbroken bundle is drilled by in any case; by default those that the mutants begin with. */
  readonly unbroken?: readonly string[] | undefined;
  /** Called after each drill of the unbroken bundle. */
  readonly onBaseline: (trial: Trial) => void;
  /** Called after each mutant. */
  readonly onMutant: (result: MutantResult) => void;
}

/**
 * Tries every mutant with its scenarios in order, until one fails. A scenario counts only if the unbroken bundle passes
 * it. So that bundle is drilled before a scenario's first use; for scenarios that are certain to be used, before any
 * mutant.
 */
export async function tryMutants(all: readonly BrokenBundle[], drill: Drill, options: TrialOptions): Promise<void> {
  const baseline = new Map([...(options.provedElsewhere ?? [])].map((scenario) => [scenario, true]));
  const passesUnbroken = async (scenario: string): Promise<boolean> => {
    const known = baseline.get(scenario);
    if (known !== undefined) return known;
    const rounds: Trial[] = [];
    for (let round = 1; round <= options.baselineRounds; round++) {
      const trial = await drill(scenario, undefined, round);
      options.onBaseline(trial);
      rounds.push(trial);
    }
    const passed = rounds.every(({ verdict }) => verdict === 'pass');
    baseline.set(scenario, passed);
    return passed;
  };

  for (const scenario of options.unbroken ?? listFirstChoices(all)) await passesUnbroken(scenario);
  for (const broken of all) {
    const { mutant, bundle } = broken;
    const trials: Trial[] = [];
    for (const scenario of bundle ? mutant.noticedBy : []) {
      if (await passesUnbroken(scenario)) trials.push(await drill(scenario, broken, 1));
      const last = trials.at(-1);
      if (last && speaksAgainstLimits(last)) break;
    }
    options.onMutant(bundle ? { mutant, trials, fate: decideFate(mutant, trials) } : resultWithoutDrills(broken));
  }
}

/** Leaves out of a result what counts for nothing, because the unbroken bundle did not pass the scenario either. */
export function withoutAlarms(result: MutantResult, baseline: readonly Trial[]): MutantResult {
  const failing = new Set(baseline.flatMap(({ scenario, verdict }) => (verdict === 'pass' ? [] : [scenario])));
  const trials = result.trials.filter(({ scenario }) => !failing.has(scenario));
  if (trials.length === result.trials.length) return result;
  return { ...result, trials, fate: decideFate(result.mutant, trials) };
}

/** The scenarios that are used for any results, in the order of the mutants. */
export function listFirstChoices(all: readonly BrokenBundle[]): readonly string[] {
  return [...new Set(all.flatMap(({ mutant, bundle }) => (bundle ? [mutant.noticedBy[0]] : [])))];
}

/** The result of a mutant that breaks nothing. */
export const resultWithoutDrills = ({ mutant, notMade }: BrokenBundle): MutantResult => ({
  mutant,
  fate: notMade === undefined ? 'inapplicable' : 'not-made',
  why: notMade,
  trials: [],
});

function decideFate({ noticedBy }: Mutant, trials: readonly Trial[]): Fate {
  if (trials.some((trial) => speaksAgainstLimits(trial))) return 'killed';
  return trials.length === noticedBy.length && trials.every(({ verdict }) => verdict === 'pass')
    ? 'survived'
    : 'undecided';
}
