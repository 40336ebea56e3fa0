import type { MachineProvider } from '../../machine/provider.js';
import { defineCommand } from '../define.js';
import type { FlagsOf } from '../flag.js';
import { jsonFlag } from './shared.js';

const flags = { json: jsonFlag };

export type DoctorFlags = FlagsOf<typeof flags>;

export const doctorCommand = (machines: readonly MachineProvider[]) =>
  defineCommand({
    name: 'doctor',
    description: 'what this host can do, what is missing, and the command that mends it',
    flags,
    run: async (_, flags) => (await import('../doctor.js')).executeDoctor(flags, machines),
  });
