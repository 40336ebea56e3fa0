import { formatSeconds } from '../../core/clock.js';
import { BOUNDS } from '../bounds.js';
import type { OutcomeDefinition } from './definition.js';
import { waitInWords } from './wait.js';

/** It serves, and slowly. */
export const degraded: OutcomeDefinition = {
  badness: 1,
  zone: 'harmed',
  sentence: (evidence) =>
    `the server lived but was slow: its clients waited up to ${waitInWords(evidence)} for an answer`,
  manual: {
    evidence: 'the longest gap, or the median answer of the hold, is beyond its bound',
    usualCauses: 'a hog close below `MemoryMax`; page cache that is refaulted all the time',
  },
  reasonsFor: ({ availability: { longestGapMs, holdMedianMs } }, header) => {
    const bound = header.scenario.expect.longestGapMs ?? BOUNDS.degradedGapMs;
    const reasons: string[] = [];
    if (longestGapMs === null) reasons.push('Nothing is known of how long the server left its clients waiting.');
    else if (longestGapMs > bound)
      reasons.push(
        `The longest gap between two answers was ${formatSeconds(longestGapMs)}, more than ${formatSeconds(bound)}.`,
      );
    if (holdMedianMs === null) reasons.push('Most requests of the hold got no answer.');
    else if (holdMedianMs > BOUNDS.degradedMedianMs)
      reasons.push(`The median answer took ${formatSeconds(holdMedianMs)} in the hold.`);
    return reasons;
  },
};
