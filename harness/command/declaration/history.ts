import { USUAL_HISTORY } from '../../history/place.js';
import { argument, defineCommand } from '../define.js';
import type { FlagsOf } from '../flag.js';
import { scenarioNames } from '../words.js';
import { jsonFlag, pastFlags } from './shared.js';

const flags = { json: jsonFlag, ...pastFlags(USUAL_HISTORY) };
const names = () =>
  argument('[name...]', 'scenarios, or bundles whose band was mapped; all where none is named', scenarioNames);

/** Flags of `history` and of `accept`. */
export type HistoryFlags = FlagsOf<typeof flags>;

export const historyCommand = defineCommand({
  name: 'history',
  description: 'how each scenario came out night by night, and what drifts',
  argument: names(),
  flags,
  run: async (names, flags) => (await import('../history.js')).executeHistory(names, flags),
});

export const acceptCommand = defineCommand({
  name: 'accept',
  description: "accept the last night's results: later ones are compared with them",
  argument: names(),
  flags,
  run: async (names, flags) => (await import('../accept.js')).executeAccept(names, flags),
});
