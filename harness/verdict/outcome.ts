import type { Header, Outcome } from '../record/schema.js';
import type { Study } from '../study/study.js';
import { OUTCOMES, outcomeNames } from './outcomes.js';

/** The outcome, and the reasons for it as sentences, the most important first. */
export interface DecidedOutcome {
  readonly outcome: Outcome;
  readonly reasons: readonly string[];
  /** Whether the state of the host made the drill inconclusive: on a host with less load it may prove something. */
  readonly spoiledByHost: boolean;
}

/** Decides the outcome by evidence: it is the first in the table that holds. */
export function decideOutcome(study: Study, header: Header, outcomes = OUTCOMES): DecidedOutcome {
  for (const outcome of outcomeNames(outcomes)) {
    const { reasonsFor, isHostToBlame } = outcomes[outcome];
    const reasons = reasonsFor(study, header);
    if (reasons.length > 0) return { outcome, reasons, spoiledByHost: isHostToBlame?.(study, header) ?? false };
  }
  throw new Error('no outcome holds: the last one in the table must always hold');
}
