import { nameInjected, nameLastInjection } from '../injected.js';
import type { OutcomeDefinition } from './definition.js';

/** A process was killed that had not caused the memory pressure. */
export const collateralKill: OutcomeDefinition = {
  badness: 4,
  zone: 'harmed',
  sentence: (evidence) => `a process other than the ${nameInjected(evidence).kind} was killed`,
  manual: {
    meaning: 'a process other than the hog was killed',

    evidence: 'the kernel or earlyoom killed a process other than the hog, or a bystander was gone after the drill',
    usualCauses: '`memory.oom.group`, `OOMPolicy=kill`, `OOMScoreAdjust`, a killer that prefers the wrong name',
  },
  reasonsFor: ({ parties }) => [
    ...parties.otherVictims.map((victim) => `${victim} was killed, and it is not a ${nameLastInjection(parties)}.`),
    ...parties.lostBystanders.map((name) => `${name} was gone after the drill.`),
  ],
};
