import type { Header, Outcome } from '../record/schema.js';
import type { Study } from '../study/study.js';
import type { Problem } from './open-silences.js';
import type { OutcomeTable } from './outcomes.js';
import { compareSilence, isHostsDoing, weighSilence } from './silence.js';
import { describeSilence, describeStretch } from './silence-sentence.js';
import { allowedGapMs, weighServerSilences } from './silences.js';

/**
 * Why an outcome that is milder than each of those expected may be the host's doing: the worse one may be hidden in a
 * silence that the canary shared, or did not develop in a guest that was held back. None where it is not milder, or in
 * a record without a canary.
 */
export function findHiddenOutcome(study: Study, header: Header, outcome: Outcome, outcomes: OutcomeTable): Problem[] {
  const { hold, canary } = study.attribution;
  if (canary === null || hold === null || !isMilder(outcome, header, outcomes)) return [];
  const expected = header.scenario.expect.outcomes.join(' or ');
  const begin = `It was ${outcome}, and expected ${expected}, but that may be the host's doing.`;
  const hidden = weighServerSilences(study, header).find((one) => compareSilence(one, allowedGapMs(header)) === 'held');
  if (hidden) return [{ sentence: `${begin} ${describeSilence(hidden, header)}`, isHostsDoing: true }];
  if (!isHostsDoing(weighSilence(hold, header))) return [];
  return [{ sentence: `${begin} ${describeStretch(hold, header)} during the hold.`, isHostsDoing: true }];
}

function isMilder(outcome: Outcome, header: Header, outcomes: OutcomeTable): boolean {
  const badness = outcomes[outcome].badness;
  const expected = header.scenario.expect.outcomes.flatMap((name) => outcomes[name].badness ?? []);
  return badness !== null && expected.length > 0 && expected.every((other) => other > badness);
}
