import type { OutcomeDefinition } from './definition.js';

/** Somebody was killed who did nothing. */
export const collateralKill: OutcomeDefinition = {
  badness: 4,
  zone: 'harmed',
  sentence: () => 'somebody other than the memory hog was killed',
  manual: {
    evidence: 'the kernel or earlyoom killed somebody besides the hog, or a bystander did not live through it',
    usualCauses: '`memory.oom.group`, `OOMPolicy=kill`, `OOMScoreAdjust`, a killer that prefers the wrong name',
  },
  reasonsFor: ({ parties: { otherVictims, lostBystanders } }) => [
    ...otherVictims.map((victim) => `${victim} was killed, who is no hog.`),
    ...lostBystanders.map((name) => `${name} did not live through the drill.`),
  ],
};
