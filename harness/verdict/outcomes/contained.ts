import { formatBytes } from '../../core/bytes.js';
import { formatSeconds } from '../../core/clock.js';
import { formatCount } from '../../core/count.js';
import { orUnknown } from '../../core/unknown.js';
import type { Study } from '../../study/study.js';
import { nameInjected, nameLastInjection } from '../injected.js';
import { asSentence, describeAllKills, describeKills } from '../kill-sentences.js';
import type { OutcomeDefinition } from './definition.js';
import { formatWait } from './wait.js';

/** The good outcome. It always holds: a drill has it when it has none of the others. */
export const contained: OutcomeDefinition = {
  badness: 0,
  zone: 'healthy',
  sentence: (evidence) => {
    const waited = `its clients waited ${formatWait(evidence, 'at most')}`;
    const kills = describeAllKills(evidence);
    if (evidence.kills && evidence.kills.length > 0) return `the server kept answering, and ${waited}; ${kills}`;
    return `the server kept answering next to the ${nameInjected(evidence).kind}, and ${kills}: ${waited}`;
  },
  manual: {
    meaning: 'no harm: the server kept answering, and no process but the hog was killed',
    evidence: 'none of these',
    usualCauses: '',
  },
  reasonsFor: ({ availability: { longestGapMs, holdMedianMs }, ...study }) => {
    const median = orUnknown(holdMedianMs, (ms) => `${ms.toFixed(0)} ms`);
    return [
      ...describeEnds(study),
      `The longest gap between two answers was ${orUnknown(longestGapMs, formatSeconds)}; during the hold the median answer took ${median}.`,
    ];
  },
};

function describeEnds({ memory, parties }: Pick<Study, 'memory' | 'parties'>): string[] {
  const { deaths, after } = parties;
  if (deaths !== null && deaths.length > 0) {
    const kept = after && after.mainPid > 0 ? [`The server kept its process (PID ${after.mainPid}).`] : [];
    return [...describeKills(deaths).map(asSentence), ...kept];
  }
  const { oomKills, plateauBytes } = memory;
  if (oomKills !== null && oomKills > 0)
    return [`${formatCount(oomKills)} OOM kills were counted, and no log names a victim.`];
  const noun = nameLastInjection(parties);
  const size =
    plateauBytes === null
      ? `, and no sample shows the ${noun} on a plateau`
      : ` while the ${noun} held, with memory.current at ${formatBytes(plateauBytes)}`;
  if (deaths !== null && oomKills !== null) return [`Nothing was killed${size}.`];
  if (deaths !== null) return [`No log shows a kill${size}.`];
  return [
    oomKills === null
      ? `Whether anything was killed is not known${size}.`
      : `The kernel killed nothing in the cgroup${size}; the record has no log of other killers.`,
  ];
}
