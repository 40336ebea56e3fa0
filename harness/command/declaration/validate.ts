import type { MachineProvider } from '../../machine/provider.js';
import { argument, defineCommand } from '../define.js';
import { type FlagsOf, switchFlag, valueFlag } from '../flag.js';
import { comparingMachineFlag } from '../machine-flag.js';
import { bundleNames } from '../words.js';
import { drillFlags, jsonFlag } from './shared.js';

const HELP = `Examples:
  oomdrill validate --memory-high infinity --memory-max 24G --host-memory 32G --swap 0
  oomdrill validate ./web --memory-max 6G --baseline ./web
  oomdrill validate t3-serve@.service --host-memory 32G

One drill of about a minute a question, four to seven of them; twice as many with --baseline.
Exit status: 0 safe, 1 unsafe, 2 undecided or an error of the machine, 64 bad usage.`;

const flagsOf = (machines: readonly MachineProvider[]) => ({
  json: jsonFlag,
  memoryHigh: valueFlag('<size>', 'MemoryHigh= of the serving unit'),
  memoryMax: valueFlag('<size>', 'MemoryMax= of the serving unit'),
  memorySwapMax: valueFlag('<size>', 'MemorySwapMax= of the serving unit'),
  oomPolicy: valueFlag('<policy>', 'OOMPolicy= of the serving unit: continue, stop or kill'),
  hostMemory: valueFlag('<size>', 'memory of the host'),
  swap: valueFlag('<size>', 'swap of the host'),
  baseline: valueFlag('<bundle>', "today's bundle, drilled too: what gets better, and what worse", {
    words: bundleNames,
  }),
  failFast: switchFlag('stop at the first bad answer, instead of naming everything that is wrong'),
  guest: drillFlags.guest,
  machine: comparingMachineFlag(machines),
  scale: drillFlags.scale,
  watchdog: drillFlags.watchdog,
  out: drillFlags.out,
});

export type ValidateFlags = FlagsOf<ReturnType<typeof flagsOf>>;

export const validateCommand = (machines: readonly MachineProvider[]) =>
  defineCommand({
    name: 'validate',
    description: 'whether a set of limits is safe, before it reaches a host: SAFE, UNSAFE or UNDECIDED',
    argument: argument('[what]', 'a bundle, or a unit file; without it the flags say the values'),
    flags: flagsOf(machines),
    help: HELP,
    run: async (what, flags) => (await import('../validate.js')).executeValidate(what, flags),
  });
