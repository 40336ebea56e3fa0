import { anyOf } from '../../core/any-of.js';
import { SUITES } from '../../drill/scenario.js';
import type { InjectionKind } from '../../inject/injection.js';
import { defineCommand } from '../define.js';
import { type FlagsOf, switchFlag, valueFlag } from '../flag.js';
import { givenTable } from '../given-table.js';
import { jsonFlag, scenariosFlag, suiteNames } from './shared.js';

const flagsOf = (injections: readonly InjectionKind[]) => ({
  json: jsonFlag,
  suite: valueFlag('<name>', `only the scenarios of this suite: ${anyOf(SUITES)}`, {
    words: suiteNames,
    rule: { own: true },
  }),
  scenarios: scenariosFlag,
  markdown: switchFlag('print all of them as a Markdown page, with limits, injections and bounds'),
  injections: givenTable(injections),
});

export type ListFlags = FlagsOf<ReturnType<typeof flagsOf>>;

export const listCommand = (injections: readonly InjectionKind[]) =>
  defineCommand({
    name: 'list',
    description: 'List the scenarios, what each claims and the outcome that it expects',
    details: [
      'A scenario makes a claim about a set of limits, or is a control: limits that are known to be bad, where the drill must show how they fail, or it would prove nothing. The suite core is for a first run, nightly for every night, and full has what was tried besides; each contains the one before it.',
    ],
    flags: flagsOf(injections),
    examples: [{ does: 'What a first run drills', line: 'oomdrill list --suite core' }],
    run: async (_, flags) => (await import('../list.js')).executeList(flags),
  });
