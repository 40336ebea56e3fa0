import { SUITES } from '../../drill/scenario.js';
import { defineCommand } from '../define.js';
import { type FlagsOf, switchFlag, valueFlag } from '../flag.js';
import { jsonFlag, suiteNames } from './shared.js';

const flags = {
  json: jsonFlag,
  suite: valueFlag('<name>', `those of a suite only: ${SUITES.join(' or ')}`, { words: suiteNames }),
  markdown: switchFlag('the whole catalogue as a page, with limits, injections and bounds'),
};

export type ListFlags = FlagsOf<typeof flags>;

export const listCommand = defineCommand({
  name: 'list',
  description: 'the scenarios, what each claims and what must come out',
  flags,
  run: async (_, flags) => (await import('../list.js')).executeList(flags),
});
