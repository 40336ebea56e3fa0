import type { MachineProvider } from '../../machine/provider.js';
import { argument, defineCommand } from '../define.js';
import { type FlagsOf, listFlag, switchFlag, unlessNoFlag, valueFlag } from '../flag.js';
import { comparingMachineFlag } from '../machine-flag.js';
import { bundleNames, mutantNames } from '../words.js';
import { drillFlags, jsonFlag } from './shared.js';

const HELP = `Examples:
  oomdrill mutate devvm --list
  oomdrill mutate devvm
  oomdrill mutate ./my-bundle --mutant unit-oom-policy-dropped --mutant unit-high-at-75

One drill of about a minute a mutant, and one a scenario for the bundle as it is.
Exit status: 0 every mutant was killed, 1 one survived or the bundle as it is failed, 2 one is undecided, 64 bad usage.`;

const flagsOf = (machines: readonly MachineProvider[]) => ({
  json: jsonFlag,
  mutant: listFlag('<name>', 'only this one, as --list gives them; may be repeated', { words: mutantNames }),
  list: switchFlag('the mutants, and the scenarios that would be tried; nothing is drilled'),
  /** Whether the bundle as it is is drilled first. */
  baseline: unlessNoFlag('take it on trust that the bundle as it is passes'),
  repeatBaseline: valueFlag('<n>', 'drill the bundle as it is so many times, to count false alarms', { default: '1' }),
  guest: drillFlags.guest,
  machine: comparingMachineFlag(machines),
  scale: drillFlags.scale,
  watchdog: drillFlags.watchdog,
  out: drillFlags.out,
});

export type MutateFlags = FlagsOf<ReturnType<typeof flagsOf>>;

export const mutateCommand = (machines: readonly MachineProvider[]) =>
  defineCommand({
    name: 'mutate',
    description: 'break a bundle in one place at a time, and see whether a scenario notices: the mutation score',
    argument: argument(
      '<bundle>',
      'a folder of fixtures/bundles/, or any folder with bundle.json and etc/',
      bundleNames,
    ),
    flags: flagsOf(machines),
    help: HELP,
    run: async (bundle, flags) => (await import('../mutate.js')).executeMutate(bundle, flags),
  });
