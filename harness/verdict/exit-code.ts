import type { RunSummary } from './summary.js';

/**
 * Exit status of a command that judges drills: 0 all as expected; 1 a claim failed; 2 a machine failed, a drill was
 * inconclusive, or no drill ran: a run that skipped everything proved nothing.
 */
export function decideExitCode(runs: readonly Pick<RunSummary, 'verdict'>[]): 0 | 1 | 2 {
  const verdicts = new Set(runs.map(({ verdict }) => verdict));
  if (verdicts.has('fail')) return 1;
  if (verdicts.has('error') || verdicts.has('inconclusive') || !verdicts.has('pass')) return 2;
  return 0;
}
