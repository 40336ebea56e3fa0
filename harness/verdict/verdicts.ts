import type { Verdict } from './summary.js';

/** A number for each verdict: without one of them it does not compile. */
type RankOf = Readonly<Record<Verdict, number>>;

/** How bad a verdict is, the worst highest: of repeated drills the worst is shown. */
export const SEVERITY: RankOf = { pass: 0, skip: 1, inconclusive: 2, error: 3, fail: 4 };

/** How urgent a verdict is for a reader, the most urgent highest: a page shows those first. */
export const URGENCY: RankOf = { skip: 0, pass: 1, inconclusive: 2, error: 3, fail: 4 };

/**
 * How much a verdict counts against a set of limits: a failure more than what proved nothing, and that more than a
 * pass.
 */
export const WEIGHT: RankOf = { pass: 0, skip: 1, inconclusive: 1, error: 1, fail: 2 };
