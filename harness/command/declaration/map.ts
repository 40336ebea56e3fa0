import type { MachineProvider } from '../../machine/provider.js';
import type { Probe } from '../../workload/probe.js';
import { argument, defineCommand } from '../define.js';
import { type FlagsOf, valueFlag } from '../flag.js';
import { bundleNames } from '../words.js';
import { campaignFlags } from './campaign.js';
import { BUNDLE_ARGUMENT, jsonFlag, pastFlags } from './shared.js';

const flagsOf = (machines: readonly MachineProvider[], probes: readonly Probe[]) => ({
  json: jsonFlag,
  ...pastFlags('to compare with and to add to'),
  precision: valueFlag(
    '<size>',
    'how exactly to find each edge: a size in the VM, which --scale does not divide, such as 4M',
    { default: '8M' },
  ),
  sweep: valueFlag(
    '<range>',
    'make one map for each of several values of MemoryHigh, MemoryMax or MemorySwapMax of the real host, such as MemoryHigh=8G..16G',
  ),
  steps: valueFlag('<n>', 'with --sweep: how many values, from 2 to 64 (default: 5)', { rule: { needs: 'sweep' } }),
  ...campaignFlags(machines, probes),
});

export type MapFlags = FlagsOf<ReturnType<typeof flagsOf>>;

export const mapCommand = (machines: readonly MachineProvider[], probes: readonly Probe[]) =>
  defineCommand({
    name: 'map',
    description: 'Find the sizes at which a memory hog harms the server and is not killed',
    details: [
      'The hog takes memory up to a size and keeps it. Below some size the server stays healthy; above a larger one the kernel kills the hog. Between the two lies the band, in which the server is harmed and nothing ends it: the narrower, the better the limits. Both edges are found by bisection, in ten to sixteen drills of half a minute to a minute each. Where the history has a map of the bundle, on the same guest and at the same scale, it begins at the edges found then, and needs three to six drills where they are still there.',
    ],
    argument: argument('<bundle>', BUNDLE_ARGUMENT, bundleNames),
    flags: flagsOf(machines, probes),
    examples: [
      { does: 'Both edges, to 4 MiB', line: 'oomdrill map devvm --precision 4M' },
      {
        does: 'A rough map for each of MemoryHigh=8G, 12G and 16G',
        line: 'oomdrill map devvm --sweep MemoryHigh=8G..16G --steps 3 --precision 64M',
      },
    ],
    exitStatus: { 0: 'both edges were found, however wide the band', 2: 'an error, or a map that is not complete' },
    run: async (bundle, flags) => (await import('../map.js')).executeMap(bundle, flags),
  });
