import { dirname } from 'node:path';
import { AGAIN } from '../record/folder.js';
import type { RunSummary } from './summary.js';

/** Of a drill that the host spoiled, and that has a second try among the others, the second try counts, as in `run`. */
export function lastTries(all: readonly RunSummary[]): { runs: RunSummary[]; passedOver: RunSummary[] } {
  const firstOf = (second: RunSummary) =>
    all.find(
      (first) =>
        first.spoiledByHost &&
        first.record &&
        second.record &&
        `${dirname(first.record)}${AGAIN}` === dirname(second.record),
    );
  const passedOver = all.flatMap((run) => firstOf(run) ?? []);
  const runs = all
    .filter((run) => !passedOver.includes(run))
    .map((run) => {
      const first = firstOf(run);
      return first ? { ...run, secondTryOf: { reason: first.reasons[0] ?? '', record: first.record } } : run;
    });
  return { runs, passedOver };
}
