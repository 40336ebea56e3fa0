import type { Header } from '../../record/schema.js';
import type { Study } from '../../study/study.js';
import { findMissingAnswers, isListenerLost } from '../end-state.js';
import { nameInjected } from '../injected.js';
import { weighSilence } from '../silence.js';
import type { OutcomeDefinition } from './definition.js';

/** The server is alive, but no longer serves. */
export const wounded: OutcomeDefinition = {
  badness: 3,
  zone: 'harmed',
  sentence: (evidence) =>
    `the server survived the ${nameInjected(evidence).kind}, but did not serve its clients afterwards`,
  manual: {
    meaning: 'the unit is still active, but the server no longer serves its clients',

    evidence:
      "the unit is active, but nothing listens on its port; or, for want of memory, the last requests were not answered or the client's session did not come back",
    usualCauses: 'a server that closes its listening socket after a failed allocation',
  },
  reasonsFor: (study, header) => {
    const { after } = study.parties;
    const reasons: string[] = [];
    if (isListenerLost(study)) reasons.push(`${after?.unit} is active, but nothing listens on its port any more.`);
    const missing = findMissingAnswers(study);
    return isForMemory(study, header) ? [...reasons, ...missing] : reasons;
  },
};

/** Whether memory had to do with it: in the last silence, or in the hold, where the session broke off. */
function isForMemory({ attribution: { end, hold }, availability: { answersAtEnd } }: Study, header: Header): boolean {
  const span = answersAtEnd ? hold : end;
  if (span === null) return false;
  const { causes, isShared } = weighSilence(span, header);
  return !isShared && causes.includes('memory');
}
