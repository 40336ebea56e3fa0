import type { MachineProvider } from '../../machine/provider.js';
import { argument, defineCommand } from '../define.js';
import { type FlagsOf, valueFlag } from '../flag.js';
import { comparingMachineFlag } from '../machine-flag.js';
import { bundleNames } from '../words.js';
import { drillFlags, jsonFlag, pastFlags } from './shared.js';

const HELP = `Examples:
  oomdrill map devvm --precision 4M
  oomdrill map devvm --sweep MemoryHigh=8G..16G --steps 3 --precision 64M

One drill of about a minute a step, ten to sixteen of them for a map.`;

const flagsOf = (machines: readonly MachineProvider[]) => ({
  json: jsonFlag,
  ...pastFlags('history.jsonl in --out'),
  precision: valueFlag('<size>', 'to which each edge is found, in the guest', { default: '8M' }),
  sweep: valueFlag('<range>', 'a second axis: a map for each of several values, such as MemoryHigh=8G..16G'),
  steps: valueFlag('<n>', 'with --sweep: how many values', { default: '5' }),
  guest: drillFlags.guest,
  machine: comparingMachineFlag(machines),
  scale: drillFlags.scale,
  watchdog: drillFlags.watchdog,
  out: drillFlags.out,
});

export type MapFlags = FlagsOf<ReturnType<typeof flagsOf>>;

export const mapCommand = (machines: readonly MachineProvider[]) =>
  defineCommand({
    name: 'map',
    description: 'where a hog at rest harms the server without being killed: the band, found by bisection',
    argument: argument(
      '<bundle>',
      'a folder with bundle.json and etc/, or the name of one of fixtures/bundles/',
      bundleNames,
    ),
    flags: flagsOf(machines),
    help: HELP,
    run: async (bundle, flags) => (await import('../map.js')).executeMap(bundle, flags),
  });
