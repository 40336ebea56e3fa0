import type { Header, Outcome } from '../record/schema.js';
import type { Study } from '../study/study.js';
import { OUTCOMES, outcomeNames } from './outcomes.js';

/** What came out, and why, in sentences: the most telling first. */
export interface DecidedOutcome {
  readonly outcome: Outcome;
  readonly reasons: readonly string[];
  /** Whether it was the host's own state that left the drill inconclusive: on a quieter host it may tell. */
  readonly spoiledByHost: boolean;
}

/** Decides the outcome by evidence: the first in the table that holds. */
export function decideOutcome(study: Study, header: Header, outcomes = OUTCOMES): DecidedOutcome {
  for (const outcome of outcomeNames(outcomes)) {
    const { reasonsFor, isHostToBlame } = outcomes[outcome];
    const reasons = reasonsFor(study, header);
    if (reasons.length > 0) return { outcome, reasons, spoiledByHost: isHostToBlame?.(study, header) ?? false };
  }
  throw new Error('no outcome holds: the last of the table must hold always');
}
