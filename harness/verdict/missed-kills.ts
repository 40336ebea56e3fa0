import type { Expectation } from '../record/schema.js';
import type { Study } from '../study/study.js';
import { nameLastInjection } from './injected.js';
import { asSentence, joinKills, nameKiller } from './kill-sentences.js';

type Found = Pick<Study, 'memory' | 'parties'>;

/** Says how the drill missed what the expectation says of kills: none where it did not, or where it says nothing. */
export function findMissedKills(wanted: Expectation['killed'], found: Found): string[] {
  const { injections, injectionKilled, otherVictims, deaths } = found.parties;
  const { oomKills } = found.memory;
  const areOthers = otherVictims.length > 0;
  if (wanted === 'none') {
    const isAnyKilled = injectionKilled || areOthers || (oomKills !== null && oomKills > 0);
    if (isAnyKilled) return [`Nothing should have been killed, but ${describeKilled(found)}.`];
    return oomKills === null ? ['Nothing should have been killed, but kills were not counted.'] : [];
  }
  const isWrong =
    (wanted === 'injections' && (areOthers || injections.some(({ killed }) => !killed))) ||
    (wanted === 'some-injections' && (areOthers || !injectionKilled));
  if (!isWrong) return [];
  const noun = nameLastInjection(found.parties);
  const what = wanted === 'injections' ? `The ${noun}` : `At least one ${noun}`;
  const should = `${what} and nothing else should have been killed`;
  if (areOthers) return [`${should}, but ${joinKills(otherVictims)}.`];
  const left = injections.filter(({ killed }) => !killed).map(({ injection }) => injection.name);
  return deaths === null
    ? [`${should}, but whether it was is not known: the record has no log.`]
    : [`${should}, but no log shows that ${left.join(' and ') || `the ${noun}`} was killed.`];
}

/** Says which other killer came first: none where the right one did, or where the expectation says nothing of it. */
export function findMissedKiller(
  wanted: Expectation['firstKiller'],
  { deaths }: Pick<Study['parties'], 'deaths'>,
): string[] {
  const first = deaths?.[0];
  if (wanted === undefined || first?.killer === wanted) return [];
  const unseen = deaths ? 'no log shows a kill' : 'whether it was is not known: the record has no log';
  const but = first ? joinKills([first]) : unseen;
  return [asSentence(`${nameKiller(wanted)} should have been the first to kill, but ${but}`)];
}

function describeKilled({ memory: { oomKills }, parties: { deaths } }: Found): string {
  if (deaths !== null && deaths.length > 0) return joinKills(deaths);
  return `${oomKills} OOM kills were counted, and no log names a victim`;
}
