import type { Fate, MutantResult, Trial } from './trial.js';

/** The result of mutation testing for a bundle and the scenarios that guard it. */
export interface Score {
  /** How many mutants apply to the bundle, and how many of them a scenario noticed. */
  readonly mutants: number;
  readonly killed: number;
  /** Share of them that was killed, percent; null if none was killed and none survived, so that nothing is known. */
  readonly percent: number | null;
  readonly survivors: readonly string[];
  readonly undecided: readonly string[];
  readonly inapplicable: readonly string[];
  readonly notMade: readonly string[];
  /** How many drills of the unbroken bundle there were, and how many of them failed. */
  readonly baselineDrills: number;
  readonly falseAlarms: number;
  readonly drills: number;
  readonly exitCode: 0 | 1 | 2;
}

/**
 * Counts the results. The exit status is 1 for a survivor or a false alarm, 2 if a mutant is undecided or was not made, or
 * none was tried, and 0 if all were killed.
 */
export function countScore(baseline: readonly Trial[], results: readonly MutantResult[]): Score {
  const named = (wanted: Fate) => results.flatMap(({ fate, mutant }) => (fate === wanted ? [mutant.name] : []));
  const survivors = named('survived');
  const undecided = named('undecided');
  const notMade = named('not-made');
  const killed = named('killed').length;
  const mutants = killed + survivors.length + undecided.length;
  const falseAlarms = baseline.filter(({ verdict }) => verdict === 'fail').length;
  const isOpen =
    undecided.length + notMade.length > 0 || mutants === 0 || baseline.some(({ verdict }) => verdict !== 'pass');
  return {
    mutants,
    killed,
    percent: killed + survivors.length === 0 ? null : (100 * killed) / mutants,
    survivors,
    undecided,
    inapplicable: named('inapplicable'),
    notMade,
    baselineDrills: baseline.length,
    falseAlarms,
    drills: baseline.length + results.reduce((sum, { trials }) => sum + trials.length, 0),
    exitCode: survivors.length > 0 || falseAlarms > 0 ? 1 : isOpen ? 2 : 0,
  };
}
