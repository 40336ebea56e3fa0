import type { RunSummary } from '../verdict/summary.js';

/** A question, and the drills that answer it: one for each place that it is asked at. */
export interface PlannedQuestion<Q, D> {
  readonly question: Q;
  readonly drills: readonly D[];
}

/**
 * Puts questions in their order. A question that was answered badly at one place is not asked at its other places; the questions
 * behind it are asked all the same, unless the first bad answer is to be the last.
 *
 * @param how.ask carries out one drill, at the place of that number among the question's, from 0
 * @param how.followUp a question that can be planned only now, which is then the next
 */
export async function putQuestions<Q, D>(
  questions: readonly PlannedQuestion<Q, D>[],
  how: {
    readonly ask: (question: Q, drill: D, placeIndex: number) => Promise<RunSummary>;
    readonly followUp: (question: Q, last: RunSummary) => Promise<PlannedQuestion<Q, D> | undefined>;
    readonly failFast?: boolean | undefined;
  },
): Promise<void> {
  const queue = [...questions];
  for (let next = queue.shift(); next; next = queue.shift()) {
    const { question, drills } = next;
    let last: RunSummary | undefined;
    for (const [placeIndex, drill] of drills.entries()) {
      last = await how.ask(question, drill, placeIndex);
      if (last.verdict === 'fail') break;
    }
    if (last === undefined) continue;
    if (how.failFast && last.verdict === 'fail') return;
    const follows = await how.followUp(question, last);
    if (follows) queue.unshift(follows);
  }
}
