import type { RunSummary } from '../verdict/summary.js';

/** A question, and the drills that answer it: one for each place of the hog. */
export interface PlannedQuestion<Q, D> {
  readonly question: Q;
  readonly drills: readonly D[];
}

/**
 * Asks questions in their order. After a failed drill the question's other places are skipped; the next questions are
 * still asked, unless `failFast` is set.
 *
 * @param how.ask carries out one drill of a question; `placeIndex` counts from 0
 * @param how.followUp returns a question that could not be planned earlier; it is asked next
 * @param how.answered called with each question when it and what follows from it are answered, and no error broke a drill off
 * @param how.failFast stops at the first failed question
 */
export async function askQuestions<Q, D>(
  questions: readonly PlannedQuestion<Q, D>[],
  how: {
    readonly ask: (question: Q, drill: D, placeIndex: number) => Promise<RunSummary>;
    readonly followUp: (question: Q, last: RunSummary) => Promise<PlannedQuestion<Q, D> | undefined>;
    readonly failFast?: boolean | undefined;
    readonly answered?: ((question: Q) => void) | undefined;
  },
): Promise<void> {
  const queue: (PlannedQuestion<Q, D> & { readonly follows?: Q })[] = [...questions];
  const broken = new Set<Q>();
  for (let next = queue.shift(); next; next = queue.shift()) {
    const { question, drills, follows = question } = next;
    let last: RunSummary | undefined;
    for (const [placeIndex, drill] of drills.entries()) {
      last = await how.ask(question, drill, placeIndex);
      if (last.verdict === 'error') broken.add(follows);
      if (last.verdict === 'fail') break;
    }
    if (last === undefined) continue;
    const isLast = how.failFast === true && last.verdict === 'fail';
    const followUp = isLast ? undefined : await how.followUp(question, last);
    if (followUp) queue.unshift({ ...followUp, follows });
    else if (!broken.has(follows)) how.answered?.(follows);
    if (isLast) return;
  }
}
