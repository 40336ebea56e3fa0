import { nameInjected, nameLastInjection } from '../injected.js';
import { asSentence, describeKills, joinKills } from '../kill-sentences.js';
import type { OutcomeDefinition } from './definition.js';

/** A process was killed that had not caused the memory pressure. */
export const collateralKill: OutcomeDefinition = {
  badness: 5,
  zone: 'harmed',
  sentence: (evidence) => {
    const { kind } = nameInjected(evidence);
    const others = evidence.kills?.filter(({ role }) => role !== 'injection') ?? [];
    if (others.length > 0) return `${joinKills(others)}: that is not the ${kind}`;
    return evidence.kills
      ? `a process other than the ${kind} was gone after the drill, and no log says why`
      : `a process other than the ${kind} was killed, or was gone after the drill`;
  },
  manual: {
    meaning: 'a process other than the hog was killed',

    evidence:
      'the kernel, earlyoom or systemd-oomd killed a process other than the hog, or a bystander was gone after the drill',
    usualCauses: '`memory.oom.group`, `OOMPolicy=kill`, `OOMScoreAdjust`, a killer that prefers the wrong name',
  },
  reasonsFor: ({ parties }) => [
    ...describeKills(parties.otherVictims).map((kill) =>
      asSentence(`${kill}; it is not the ${nameLastInjection(parties)}`),
    ),
    ...parties.lostBystanders.map((name) => `${name} was gone after the drill.`),
  ],
};
