import { argument, defineCommand } from '../define.js';
import type { FlagsOf } from '../flag.js';
import { scenarioNames } from '../words.js';
import { jsonFlag, pastFlags, pastOutFlag } from './shared.js';

const flags = { json: jsonFlag, ...pastFlags('one line of JSON for each'), out: pastOutFlag };
const names = () =>
  argument('[name...]', 'scenarios, or bundles that were mapped; all of them where none is named', scenarioNames);

/** Flags of `history` and of `accept`. */
export type HistoryFlags = FlagsOf<typeof flags>;

export const historyCommand = defineCommand({
  name: 'history',
  description: 'Show how each scenario ended in every run so far, and what drifts',
  details: [
    'A drill that passes drifts when it is clearly worse than it was: its longest gap without an answer, its time under full memory stall, or the width of its brim, where its hog creeps up to MemoryMax; of a map, the width of the band. Drifting is reported and does not change an exit status.',
  ],
  argument: names(),
  flags,
  examples: [{ does: 'One scenario', line: 'oomdrill history runaway-past-max' }],
  run: async (names, flags) => (await import('../history.js')).executeHistory(names, flags),
});

export const acceptCommand = defineCommand({
  name: 'accept',
  description: 'Accept the latest results: drift is measured from them from now on',
  argument: names(),
  flags,
  examples: [{ does: 'After a change that explains the new figures', line: 'oomdrill accept runaway-past-max' }],
  run: async (names, flags) => (await import('../accept.js')).executeAccept(names, flags),
});
