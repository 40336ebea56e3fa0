import type { MachineProvider } from '../../machine/provider.js';
import type { Probe } from '../../workload/probe.js';
import { argument, defineCommand } from '../define.js';
import { type FlagsOf, listFlag, switchFlag, unlessNoFlag, valueFlag } from '../flag.js';
import { bundleNames, mutantNames } from '../words.js';
import { campaignFlags } from './campaign.js';
import { BUNDLE_ARGUMENT, jsonFlag } from './shared.js';

const flagsOf = (machines: readonly MachineProvider[], probes: readonly Probe[]) => ({
  json: jsonFlag,
  mutant: listFlag('<name>', 'only this mutant, as --list prints it; may be repeated', { words: mutantNames }),
  list: switchFlag(
    'list the mutants, what people would wrongly believe of each, and the scenarios that would be tried, and drill nothing',
  ),
  /** Whether the bundle as it is is drilled first. */
  baseline: unlessNoFlag('do not drill the unbroken bundle first: assume that it passes', {
    rule: { excludes: (drilled) => (drilled === false ? ['repeatBaseline'] : []) },
  }),
  repeatBaseline: valueFlag('<n>', 'drill the unbroken bundle this many times, from 1 to 1000, to count false alarms', {
    default: '1',
  }),
  ...campaignFlags(machines, probes),
});

export type MutateFlags = FlagsOf<ReturnType<typeof flagsOf>>;

export const mutateCommand = (machines: readonly MachineProvider[], probes: readonly Probe[]) =>
  defineCommand({
    name: 'mutate',
    description: 'Break a bundle in one place at a time, and check that a scenario notices',
    details: [
      'A copy of the bundle with one fault, such as a limit that is missing, is a mutant. The mutant is killed when at least one scenario fails on that copy: the fault was noticed. It survives when all scenarios pass: no scenario notices that fault. Most mutants take one drill of about a minute; before them, each scenario is drilled once on the unbroken bundle.',
    ],
    argument: argument('<bundle>', BUNDLE_ARGUMENT, bundleNames),
    flags: flagsOf(machines, probes),
    examples: [
      { does: 'What would be broken, and which scenario should notice', line: 'oomdrill mutate devvm --list' },
      { does: 'All mutants', line: 'oomdrill mutate devvm' },
      {
        does: 'Two mutants of your own bundle',
        line: 'oomdrill mutate ./my-bundle --mutant unit-oom-policy-dropped --mutant unit-high-at-75',
      },
    ],
    exitStatus: {
      0: 'every mutant was killed',
      1: 'a mutant survived, or the unbroken bundle failed',
      2: 'a mutant is undecided, none applied, or there was an error',
    },
    run: async (bundle, flags) => (await import('../mutate.js')).executeMutate(bundle, flags),
  });
