import { dirname } from 'node:path';
import { SECOND_TRY_SUFFIX } from '../record/folder.js';
import type { RunSummary } from './summary.js';

/**
 * Drops each drill that the host spoiled if its second try is in the list too: then the second try counts, as in `run`.
 */
export function keepLastTries(all: readonly RunSummary[]): { runs: RunSummary[]; passedOver: RunSummary[] } {
  const firstOf = (second: RunSummary) => all.find((first) => first.spoiledByHost && isSecondTry(second, first));
  const passedOver = all.flatMap((run) => firstOf(run) ?? []);
  const runs = all
    .filter((run) => !passedOver.includes(run))
    .map((run) => {
      const first = firstOf(run);
      if (!first) return run;
      return { ...run, secondTryOf: { id: first.id, reason: first.reasons[0] ?? '', record: first.record } };
    });
  return { runs, passedOver };
}

/** Whether one drill is the second try of another. */
function isSecondTry(second: RunSummary, first: RunSummary): boolean {
  if (second.secondTryOf?.id !== undefined) return second.secondTryOf.id === first.id;
  // In an older record only the name of its folder says so.
  if (!first.record || !second.record) return false;
  return `${dirname(first.record)}${SECOND_TRY_SUFFIX}` === dirname(second.record);
}
