import type { Fate, MutantResult, Trial } from './trial.js';

/** What mutation testing says of a bundle and of the scenarios that guard it. */
export interface Score {
  /** Mutants that apply to the bundle, and those of them that a scenario noticed. */
  readonly mutants: number;
  readonly killed: number;
  /** Share of them that was killed, percent; null where none applies. */
  readonly percent: number | null;
  readonly survivors: readonly string[];
  readonly undecided: readonly string[];
  readonly inapplicable: readonly string[];
  /** Drills of the bundle as it is, and those of them that failed. */
  readonly baselineDrills: number;
  readonly falseAlarms: number;
  readonly drills: number;
  readonly exitCode: 0 | 1 | 2;
}

/** Counts. 1 for a survivor or a false alarm, 2 where something is undecided or nothing was tried, 0 when all were killed. */
export function countScore(baseline: readonly Trial[], results: readonly MutantResult[]): Score {
  const named = (wanted: Fate) => results.flatMap(({ fate, mutant }) => (fate === wanted ? [mutant.name] : []));
  const survivors = named('survived');
  const undecided = named('undecided');
  const killed = named('killed').length;
  const mutants = killed + survivors.length + undecided.length;
  const falseAlarms = baseline.filter(({ verdict }) => verdict === 'fail').length;
  const unproved = baseline.some(({ verdict }) => verdict !== 'pass');
  return {
    mutants,
    killed,
    percent: mutants === 0 ? null : (100 * killed) / mutants,
    survivors,
    undecided,
    inapplicable: named('inapplicable'),
    baselineDrills: baseline.length,
    falseAlarms,
    drills: baseline.length + results.reduce((sum, { trials }) => sum + trials.length, 0),
    exitCode: survivors.length > 0 || falseAlarms > 0 ? 1 : undecided.length > 0 || unproved || mutants === 0 ? 2 : 0,
  };
}
