import { formatBytes } from '../../core/bytes.js';
import { formatSeconds } from '../../core/clock.js';
import { orUnknown } from '../../core/unknown.js';
import type { Study } from '../../study/study.js';
import { injectedInWords, nounOf } from '../injected.js';
import type { OutcomeDefinition } from './definition.js';
import { waitInWords } from './wait.js';

/** What everybody wants. It always holds: it is the outcome where none of the others is. */
export const contained: OutcomeDefinition = {
  badness: 0,
  zone: 'healthy',
  sentence: (evidence) => {
    // A hog that earlyoom or systemd-oomd killed is in no counter of the cgroup.
    const killed = (evidence.oomKills ?? 0) > 0 || evidence.injectionState === 'killed';
    const { kind } = injectedInWords(evidence);
    return killed
      ? `the ${kind} was killed, and the server beside it went on: its clients waited ${waitInWords(evidence)} at most`
      : `the server went on beside the ${kind}, and nothing had to be killed: its clients waited ${waitInWords(evidence)} at most`;
  },
  manual: { evidence: 'none of these', usualCauses: '' },
  reasonsFor: ({ availability: { longestGapMs, holdMedianMs }, ...study }) => {
    const median = orUnknown(holdMedianMs, (ms) => `${ms.toFixed(0)} ms`);
    return [
      whatWasKilled(study),
      `The longest gap between two answers was ${orUnknown(longestGapMs, formatSeconds)}; the median answer of the hold took ${median}.`,
    ];
  },
};

function whatWasKilled({ memory: { oomKills, plateauBytes }, parties }: Pick<Study, 'memory' | 'parties'>): string {
  const noun = nounOf(parties);
  if (!parties.injectionKilled)
    return plateauBytes === null
      ? `Nothing was killed, and the ${noun} never came to rest.`
      : `Nothing was killed with the ${noun} at ${formatBytes(plateauBytes)}.`;
  const killer =
    oomKills !== null && oomKills > 0
      ? `The kernel killed the ${noun} (${oomKills} OOM kill)`
      : `The ${noun} was killed`;
  return `${killer}, and the server kept its process (PID ${parties.after?.mainPid}).`;
}
