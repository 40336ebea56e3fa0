import { parseBytes } from '../../core/bytes.js';
import { usageError } from '../../core/errors.js';
import type { MachineCapabilities, MachineProvider } from '../../machine/provider.js';
import type { FakeUnit } from '../fake-guest.js';
import { type FakeOptions, fakeSource } from '../fake-machine.js';

/** Memory of every fake guest. */
export const FAKE_MEMORY_BYTES = 4 * 1024 ** 3;

const capabilities: MachineCapabilities = {
  snapshots: true,
  parallel: true,
  packages: 'refused',
  accounts: true,
  swap: false,
  places: true,
  sidecars: 'none',
};

/**
 * A kind of machine as a contributor would add one: this file, and a line in the table.
 *
 * @param unit the serving unit of its guests, with the limits in effect
 */
export function fakeMachineKind(unit: FakeUnit, options?: FakeOptions): MachineProvider {
  return {
    name: 'fake',
    phrase: 'a fake machine',
    capabilities,
    flags: {
      options: [
        {
          name: 'fakeMemoryHigh',
          flags: '--fake-memory-high <size>',
          description: 'with --machine fake: MemoryHigh= in effect',
        },
      ],
      misplaced: (kind) => usageError('FAKE_FLAGS', `A machine of kind ${kind} does not take --fake-memory-high.`),
    },
    choose({ fakeMemoryHigh }) {
      const high = fakeMemoryHigh === undefined ? unit.limits.high : parseBytes(String(fakeMemoryHigh));
      return {
        name: 'fake',
        capabilities,
        room: async () => ({ machineBytes: FAKE_MEMORY_BYTES }),
        source: async () => fakeSource({ ...unit, limits: { ...unit.limits, high } }, options),
      };
    },
    packages: [],
    doctor: async () => [{ what: 'fake', state: 'ok', found: 'nothing is needed' }],
  };
}
