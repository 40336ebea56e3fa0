import { type InjectionWords, wordsOf } from '../record/injection.js';
import type { Parties } from '../study/parties.js';
import type { Evidence } from './summary.js';

type KindAndNoun = Pick<InjectionWords, 'kind' | 'noun'>;

/** What the evidence says was injected; summaries of before there were several kinds are of memory hogs alone. */
export const injectedInWords = ({ injected }: Pick<Evidence, 'injected'>): KindAndNoun => injected ?? wordsOf({});

/** What people call the last injection of a drill: the one whose limits are drilled. */
export const nounOf = ({ injections }: Pick<Parties, 'injections'>): string =>
  wordsOf(injections.at(-1)?.injection ?? {}).noun;
