import type { RunSummary, Verdict } from '../verdict/summary.js';

/** The words in which a tally counts, in this order. */
const COUNTED: readonly (readonly [Verdict, string])[] = [
  ['pass', 'passed'],
  ['fail', 'failed'],
  ['inconclusive', 'inconclusive'],
  ['error', 'broken off by an error'],
  ['skip', 'skipped'],
];

/** How many drills have this verdict. */
export const countOf = (runs: readonly RunSummary[], ...verdicts: readonly Verdict[]): number =>
  runs.filter(({ verdict }) => verdicts.includes(verdict)).length;

/** How many drills came out how, in a line: `2 passed, 1 failed`. What did not happen is not mentioned. */
export function tallyInWords(runs: readonly RunSummary[]): string {
  const counts = COUNTED.map(([verdict, words]) => [countOf(runs, verdict), words] as const);
  const told = counts.filter(([count]) => count > 0).map(([count, words]) => `${count} ${words}`);
  return told.length === 0 ? 'nothing was drilled' : told.join(', ');
}

/** What an exit status of a command that judged means; README has the same table. */
export function exitCodeInWords(exitCode: number): string {
  if (exitCode === 0) return 'everything came out as expected';
  return exitCode === 1
    ? 'a claim failed: the containment does not do what its owner believes, or a control came out well'
    : 'inconclusive, or an error of the machine: nothing was proved';
}
