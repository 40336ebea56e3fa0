import type { Outcome } from '../../record/schema.js';
import type { OutcomeDefinition } from '../../verdict/outcomes/definition.js';
import { OUTCOMES } from '../../verdict/outcomes.js';

/** A name that the record's schema does not know: only this table defines it. */
export const SLUGGISH = 'sluggish' as Outcome;

/** An outcome for tests. It shows that a new outcome needs this object, and a place in a table. */
const sluggish: OutcomeDefinition = {
  badness: 0.5,
  zone: 'harmed',
  sentence: () => 'the server took three times as long for an answer as before',
  manual: {
    meaning: 'the server answered more slowly than before',
    evidence: 'the median answer of the hold took three times that of the baseline',
    usualCauses: 'a test',
  },
  reasonsFor: ({ availability: { baselineMedianMs, holdMedianMs } }) => {
    if (baselineMedianMs === null || holdMedianMs === null || holdMedianMs < 3 * baselineMedianMs) return [];
    return [`The median answer took ${holdMedianMs} ms, and ${baselineMedianMs} ms before.`];
  },
};

const { contained, ...others } = OUTCOMES;

/** Our outcomes and the new one, which must come before the last: that one always applies. */
export const OUTCOMES_AND_SLUGGISH = { ...others, [SLUGGISH]: sluggish, contained };
