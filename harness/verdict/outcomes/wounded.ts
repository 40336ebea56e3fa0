import { nameInjected } from '../injected.js';
import type { OutcomeDefinition } from './definition.js';

/** The server is alive, but no longer serves. */
export const wounded: OutcomeDefinition = {
  badness: 2,
  zone: 'harmed',
  sentence: (evidence) =>
    `the server survived the ${nameInjected(evidence).kind}, but did not serve its clients afterwards`,
  manual: {
    meaning: 'the unit is still active, but the server no longer serves its clients',

    evidence:
      "the unit is active, but nothing listens on its port, the last requests were not answered, or the client's session did not come back",
    usualCauses: 'a server that closes its listening socket after a failed allocation',
  },
  reasonsFor: ({ availability, parties: { after, session } }) => {
    const reasons: string[] = [];
    if (after?.listening === false) reasons.push(`${after.unit} is active, but nothing listens on its port any more.`);
    if (!availability.answersAtEnd)
      reasons.push('The server is active, but it did not answer at the end, long after the hog was gone.');
    if (session?.before === true && !session.after) reasons.push("The client's session did not come back.");
    return reasons;
  },
};
