import { injectedInWords } from '../injected.js';
import type { OutcomeDefinition } from './definition.js';

/** It lives, and serves no more. */
export const wounded: OutcomeDefinition = {
  badness: 2,
  zone: 'harmed',
  sentence: (evidence) =>
    `the server survived the ${injectedInWords(evidence).kind}, but did not serve its clients any more`,
  manual: {
    evidence:
      "active, but nobody listens, the last requests were not answered, or the client's session did not come back",
    usualCauses: 'a server that drops its listener after an allocation failed',
  },
  reasonsFor: ({ availability, parties: { after, session } }) => {
    const reasons: string[] = [];
    if (after?.listening === false) reasons.push(`${after.unit} is active but nothing listens on its port any more.`);
    if (!availability.answersAtEnd)
      reasons.push('The server is active but did not answer at the end, with the hog long gone.');
    if (session?.before === true && !session.after) reasons.push("The client's session did not come back.");
    return reasons;
  },
};
