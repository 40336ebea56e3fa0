import { formatBytes } from '../../core/bytes.js';
import { formatSeconds } from '../../core/clock.js';
import { orUnknown } from '../../core/unknown.js';
import type { Study } from '../../study/study.js';
import { nameInjected, nameLastInjection } from '../injected.js';
import type { OutcomeDefinition } from './definition.js';
import { formatWait } from './wait.js';

/** The good outcome. It always holds: a drill has it when it has none of the others. */
export const contained: OutcomeDefinition = {
  badness: 0,
  zone: 'healthy',
  sentence: (evidence) => {
    // A hog that earlyoom or systemd-oomd killed is in no counter of the cgroup.
    const killed = (evidence.oomKills ?? 0) > 0 || evidence.injectionState === 'killed';
    const { kind } = nameInjected(evidence);
    return killed
      ? `the ${kind} was killed, and the server kept answering: its clients waited ${formatWait(evidence, 'at most')}`
      : `the server kept answering next to the ${kind}, and nothing had to be killed: its clients waited ${formatWait(evidence, 'at most')}`;
  },
  manual: {
    meaning: 'no harm: the server kept answering, and no process but the hog was killed',
    evidence: 'none of these',
    usualCauses: '',
  },
  reasonsFor: ({ availability: { longestGapMs, holdMedianMs }, ...study }) => {
    const median = orUnknown(holdMedianMs, (ms) => `${ms.toFixed(0)} ms`);
    return [
      describeKills(study),
      `The longest gap between two answers was ${orUnknown(longestGapMs, formatSeconds)}; during the hold the median answer took ${median}.`,
    ];
  },
};

function describeKills({ memory: { oomKills, plateauBytes }, parties }: Pick<Study, 'memory' | 'parties'>): string {
  const noun = nameLastInjection(parties);
  if (!parties.injectionKilled)
    return plateauBytes === null
      ? `Nothing was killed, and the ${noun} never reached a plateau.`
      : `Nothing was killed while the ${noun} held, with memory.current at ${formatBytes(plateauBytes)}.`;
  const killer =
    oomKills !== null && oomKills > 0
      ? `The kernel killed the ${noun} (${oomKills} OOM kill)`
      : `The ${noun} was killed`;
  return `${killer}, and the server kept its process (PID ${parties.after?.mainPid}).`;
}
