import { type RunSummary, type Verdict, verdictSchema } from '../verdict/summary.js';

/** The labels of a tally. */
const TALLY_LABELS: Readonly<Record<Verdict, string>> = {
  pass: 'passed',
  fail: 'failed',
  inconclusive: 'inconclusive',
  error: 'stopped by an error',
  skip: 'skipped',
};

/** Counts the drills with one of these verdicts. */
export const countVerdicts = (runs: readonly RunSummary[], ...verdicts: readonly Verdict[]): number =>
  runs.filter(({ verdict }) => verdicts.includes(verdict)).length;

/** Counts drills by their verdict, in a line: `2 passed, 1 failed`. Verdicts without a drill are left out. */
export function describeTally(runs: readonly RunSummary[]): string {
  const counts = verdictSchema.options
    .map((verdict) => ({ count: countVerdicts(runs, verdict), label: TALLY_LABELS[verdict] }))
    .filter(({ count }) => count > 0)
    .map(({ count, label }) => `${count} ${label}`);
  return counts.length === 0 ? 'nothing was drilled' : counts.join(', ');
}

/** What an exit status of a command that judges drills means. */
export function describeExitCode(exitCode: number): string {
  if (exitCode === 0) return 'every drill ended as expected';
  return exitCode === 1
    ? 'a claim failed: the limits do not do what they should, or a control did not have a bad outcome'
    : 'nothing was proved: a drill was inconclusive, its machine failed, or no drill ran';
}
