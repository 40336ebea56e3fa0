import type { MachineProvider } from '../../machine/provider.js';
import { defineCommand } from '../define.js';
import type { FlagsOf } from '../flag.js';
import { jsonFlag } from './shared.js';

const flags = { json: jsonFlag };

export type ReapFlags = FlagsOf<typeof flags>;

export const reapCommand = (machines: readonly MachineProvider[]) =>
  defineCommand({
    name: 'reap',
    description: 'Remove what an interrupted run left behind',
    details: [
      'Removes VMs and temporary directories, and restores a host of your own that a drill had changed. Runs that are still going on are left alone, and so is what another host or container made with the same state directory: it is named. Every drill does this first.',
    ],
    flags,
    brokenConfig: 'warned',
    exitStatus: { 0: 'nothing is left behind', 2: 'something could not be removed' },
    run: async (_, flags) => (await import('../reap.js')).executeReap(flags, machines),
  });
