import { formatSeconds } from '../../core/clock.js';
import { BOUNDS } from '../bounds.js';
import type { OutcomeDefinition } from './definition.js';
import { formatWait } from './wait.js';

/** The server answers, but slowly. */
export const degraded: OutcomeDefinition = {
  badness: 1,
  zone: 'harmed',
  sentence: (evidence) =>
    `the server was alive but slow: its clients waited ${formatWait(evidence, 'up to')} for an answer`,
  manual: {
    meaning: 'the server answered, but more slowly than the scenario allows',

    evidence:
      'the longest gap is longer than the scenario allows (5 s where it says nothing), or the median answer during the hold took longer than 0.5 s',
    usualCauses: 'a hog just below `MemoryMax`; page cache that is refaulted all the time',
  },
  reasonsFor: ({ availability: { longestGapMs, holdMedianMs } }, header) => {
    const bound = header.scenario.expect.longestGapMs ?? BOUNDS.degradedGapMs;
    const reasons: string[] = [];
    if (longestGapMs === null) reasons.push('How long the server left its clients without an answer is not known.');
    else if (longestGapMs > bound)
      reasons.push(
        `The longest gap between two answers was ${formatSeconds(longestGapMs)}, more than ${formatSeconds(bound)}.`,
      );
    if (holdMedianMs === null) reasons.push('Most requests during the hold got no answer.');
    else if (holdMedianMs > BOUNDS.degradedMedianMs)
      reasons.push(`The median answer took ${formatSeconds(holdMedianMs)} during the hold.`);
    return reasons;
  },
};
