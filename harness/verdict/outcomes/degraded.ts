import { formatSeconds } from '../../core/clock.js';
import { findLateHold } from '../hold-median.js';
import { allowedGapMs, sortServerSilences } from '../silences.js';
import type { OutcomeDefinition } from './definition.js';
import { formatWait } from './wait.js';

/** The server answers, but slowly. */
export const degraded: OutcomeDefinition = {
  badness: 2,
  zone: 'harmed',
  sentence: (evidence) =>
    `the server was alive but slow: its clients waited ${formatWait(evidence, 'up to')} for an answer`,
  manual: {
    meaning: 'the server answered, but more slowly than the scenario allows',

    evidence:
      'the longest gap is longer than the scenario allows (5 s where it says nothing), or the median answer during the hold took longer than 0.5 s; and the cgroup was short of memory in it ([the table of evidence](#whose-silence-it-was))',
    usualCauses: 'a hog just below `MemoryMax`; page cache that is refaulted all the time',
  },
  reasonsFor: (study, header) => {
    const { longestGapMs } = study.availability;
    const reasons: string[] = [];
    const [silence] = sortServerSilences(study, header).memory;
    if (longestGapMs === null) reasons.push('How long the server left its clients without an answer is not known.');
    else if (silence)
      reasons.push(
        `The longest gap between two answers was ${formatSeconds(silence.span.ms)}, more than ${formatSeconds(allowedGapMs(header))}.`,
      );
    return [...reasons, ...findLateHold(study, header, 'memory')];
  },
};
