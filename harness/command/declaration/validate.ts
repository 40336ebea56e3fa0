import type { MachineProvider } from '../../machine/provider.js';
import type { Probe } from '../../workload/probe.js';
import { argument, defineCommand } from '../define.js';
import { type FlagsOf, switchFlag, valueFlag } from '../flag.js';
import { bundleNames } from '../words.js';
import { campaignFlags } from './campaign.js';
import { jsonFlag, OWN_BUNDLE } from './shared.js';

const flagsOf = (machines: readonly MachineProvider[], probes: readonly Probe[]) => ({
  json: jsonFlag,
  memoryHigh: valueFlag('<size>', 'MemoryHigh= of the unit that serves, such as 12G, 80% or infinity'),
  memoryMax: valueFlag('<size>', 'MemoryMax= of the unit that serves, or --memory of the container, in the same form'),
  memorySwapMax: valueFlag('<size>', 'MemorySwapMax= of the unit that serves, in the same form; 0 for no swap'),
  oomPolicy: valueFlag('<policy>', 'OOMPolicy= of the unit that serves: continue, stop or kill'),
  hostMemory: valueFlag('<size>', 'memory of the real host, such as 32G'),
  swap: valueFlag('<size>', 'swap of the real host; 0 for none'),
  baseline: valueFlag('<bundle>', "drill this bundle too, with today's limits, and say what gets better and worse", {
    words: bundleNames,
  }),
  failFast: switchFlag('stop at the first bad answer, instead of finding everything that is wrong'),
  ...campaignFlags(machines, probes),
  wayIn: switchFlag(
    "ask as well whether one could log in: every 5 s in each drill, through the guest's own sshd; limits under which no one gets in for 30 s are unsafe",
  ),
});

export type ValidateFlags = FlagsOf<ReturnType<typeof flagsOf>>;

export const validateCommand = (machines: readonly MachineProvider[], probes: readonly Probe[]) =>
  defineCommand({
    name: 'validate',
    description: 'Say whether a set of limits is safe before it reaches a host: SAFE, UNSAFE or UNDECIDED',
    details: [
      `The limits are those of a bundle or a unit file, changed by the options. Limits without a bundle, also those of a unit file, are put into the unit that serves in the bundle of --baseline, or of ${OWN_BUNDLE}, and drilled there, with its server, and its limits of sessions and containers. Each question, such as whether a runaway process is killed in time, is one drill of about a minute: two to six of them, and about twice as many with --baseline.`,
    ],
    argument: argument(
      '[what]',
      `a bundle (a directory, or the name of one that comes with oomdrill) or a service unit file; not needed if an option gives a limit`,
    ),
    flags: flagsOf(machines, probes),
    examples: [
      {
        does: 'Values on their own',
        line: 'oomdrill validate --memory-high infinity --memory-max 24G --host-memory 32G --swap 0',
      },
      {
        does: 'A new MemoryMax for a bundle, compared with what it has today',
        line: 'oomdrill validate ./web --memory-max 6G --baseline ./web',
      },
      { does: 'A unit file, on a host of 32 GiB', line: 'oomdrill validate t3-serve@.service --host-memory 32G' },
    ],
    exitStatus: { 0: 'SAFE', 1: 'UNSAFE', 2: 'UNDECIDED, or an error' },
    run: async (what, flags) => (await import('../validate.js')).executeValidate(what, flags),
  });
