import type { Verdict } from './summary.js';

/** One figure for each verdict: one that is missing does not compile. */
type RankOf = Readonly<Record<Verdict, number>>;

/** How bad a verdict is, the worst highest: of repeated drills the worst one is shown. */
export const SEVERITY: RankOf = { pass: 0, skip: 1, inconclusive: 2, error: 3, fail: 4 };

/** How much a verdict asks for a reader, the most highest: a page shows those first. */
export const URGENCY: RankOf = { skip: 0, pass: 1, inconclusive: 2, error: 3, fail: 4 };

/** What is known to be bad counts more against a set of limits than what proved nothing, and that more than what is well. */
export const WEIGHT: RankOf = { pass: 0, skip: 1, inconclusive: 1, error: 1, fail: 2 };
