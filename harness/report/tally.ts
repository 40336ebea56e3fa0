import { type RunSummary, type Verdict, verdictSchema } from '../verdict/summary.js';

/** The words in which a tally counts. */
const COUNTED: Readonly<Record<Verdict, string>> = {
  pass: 'passed',
  fail: 'failed',
  inconclusive: 'inconclusive',
  error: 'broken off by an error',
  skip: 'skipped',
};

/** How many drills have this verdict. */
export const countVerdicts = (runs: readonly RunSummary[], ...verdicts: readonly Verdict[]): number =>
  runs.filter(({ verdict }) => verdicts.includes(verdict)).length;

/** How many drills came out how, in a line: `2 passed, 1 failed`. What did not happen is not mentioned. */
export function tallyInWords(runs: readonly RunSummary[]): string {
  const told = verdictSchema.options
    .map((verdict) => ({ count: countVerdicts(runs, verdict), words: COUNTED[verdict] }))
    .filter(({ count }) => count > 0)
    .map(({ count, words }) => `${count} ${words}`);
  return told.length === 0 ? 'nothing was drilled' : told.join(', ');
}

/** What an exit status of a command that judged means; README has the same table. */
export function exitCodeInWords(exitCode: number): string {
  if (exitCode === 0) return 'everything came out as expected';
  return exitCode === 1
    ? 'a claim failed: the containment does not do what its owner believes, or a control came out well'
    : 'inconclusive, or an error of the machine: nothing was proved';
}
