import { injectedInWords, nounOf } from '../injected.js';
import type { OutcomeDefinition } from './definition.js';

/** Somebody was killed who did nothing. */
export const collateralKill: OutcomeDefinition = {
  badness: 4,
  zone: 'harmed',
  sentence: (evidence) => `somebody other than the ${injectedInWords(evidence).kind} was killed`,
  manual: {
    evidence: 'the kernel or earlyoom killed somebody besides the hog, or a bystander did not live through it',
    usualCauses: '`memory.oom.group`, `OOMPolicy=kill`, `OOMScoreAdjust`, a killer that prefers the wrong name',
  },
  reasonsFor: ({ parties }) => [
    ...parties.otherVictims.map((victim) => `${victim} was killed, who is no ${nounOf(parties)}.`),
    ...parties.lostBystanders.map((name) => `${name} did not live through the drill.`),
  ],
};
