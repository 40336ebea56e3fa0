import type { MachineProvider } from '../../machine/provider.js';
import { defineCommand } from '../define.js';
import type { FlagsOf } from '../flag.js';
import { jsonFlag } from './shared.js';

const flags = { json: jsonFlag };

export type ReapFlags = FlagsOf<typeof flags>;

export const reapCommand = (machines: readonly MachineProvider[]) =>
  defineCommand({
    name: 'reap',
    description: 'take away what a killed run left behind',
    flags,
    run: async (_, flags) => (await import('../reap.js')).executeReap(flags, machines),
  });
