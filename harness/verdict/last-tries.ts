import { dirname } from 'node:path';
import { AGAIN } from '../record/folder.js';
import type { RunSummary } from './summary.js';

/** Of a drill that the host spoiled, and that has a second try among the others, the second try counts, as in `run`. */
export function lastTries(all: readonly RunSummary[]): { runs: RunSummary[]; passedOver: RunSummary[] } {
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

/** Whether a drill is the second try of the other. */
function isSecondTry(second: RunSummary, first: RunSummary): boolean {
  if (second.secondTryOf?.id !== undefined) return second.secondTryOf.id === first.id;
  // An older record says it by its folder's name alone.
  if (!first.record || !second.record) return false;
  return `${dirname(first.record)}${AGAIN}` === dirname(second.record);
}
