import { type InjectionWords, wordsOf } from '../record/injection.js';
import type { Parties } from '../study/parties.js';
import type { Evidence } from './summary.js';

type KindAndNoun = Pick<InjectionWords, 'kind' | 'noun'>;

const UNKNOWN: KindAndNoun = { kind: 'injection', noun: 'injection' };

/** Kind and noun of the injection that the evidence names. */
export const nameInjected = ({ injected }: Pick<Evidence, 'injected'>): KindAndNoun => injected ?? UNKNOWN;

/** The noun for the last injection of a drill: the one whose limits are drilled. */
export function nameLastInjection({ injections }: Pick<Parties, 'injections'>): string {
  const last = injections.at(-1);
  return last ? wordsOf(last.injection).noun : UNKNOWN.noun;
}
