import { readAvailableBytes } from '../free-memory.js';
import type { ChosenMachine, MachineCapabilities, MachineProvider } from '../provider.js';
import { QEMU_PACKAGES } from './packages.js';

const QEMU_CAPABILITIES: MachineCapabilities = {
  snapshots: true,
  parallel: true,
  packages: 'installed',
  accounts: true,
  swap: true,
  places: true,
  sidecars: true,
};

const qemuMachine: ChosenMachine = {
  name: 'qemu',
  capabilities: QEMU_CAPABILITIES,
  check: async () => (await import('./doctor.js')).checkQemu(),
  room: async () => ({ availableBytes: await readAvailableBytes() }),
  source: async (spec, context) => (await import('./source.js')).createQemuSource({ ...context, spec }),
};

/** A QEMU of our own for each drill, started from a snapshot. */
export const qemu: MachineProvider = {
  name: qemuMachine.name,
  phrase: 'a VM that oomdrill makes itself',
  capabilities: QEMU_CAPABILITIES,
  choose: () => qemuMachine,
  packages: QEMU_PACKAGES,
  doctor: async () => (await import('./doctor.js')).examineQemu(),
  leftovers: { process: async (held) => (await import('./leftovers.js')).processLeftover(held) },
};
