import type { MachineProvider } from '../../machine/provider.js';
import { defineCommand } from '../define.js';
import type { FlagsOf } from '../flag.js';
import { jsonFlag } from './shared.js';

const flags = { json: jsonFlag };

export type DoctorFlags = FlagsOf<typeof flags>;

export const doctorCommand = (machines: readonly MachineProvider[]) =>
  defineCommand({
    name: 'doctor',
    description: 'Check whether this machine can drill, and print the command that fixes what is missing',
    details: ['Starts nothing and changes nothing.'],
    flags,
    brokenConfig: 'warned',
    exitStatus: { 0: 'this machine can drill', 2: 'something that a drill needs is missing' },
    run: async (_, flags) => (await import('../doctor.js')).executeDoctor(flags, machines),
  });
