import { availableBytes } from '../free-memory.js';
import type { ChosenMachine, MachineCapabilities, MachineProvider } from '../provider.js';

const capabilities: MachineCapabilities = {
  snapshots: true,
  parallel: true,
  packages: 'installed',
  accounts: true,
  swap: true,
  places: true,
  sidecars: true,
};

const chosen: ChosenMachine = {
  name: 'qemu',
  capabilities,
  room: async () => ({ availableBytes: await availableBytes() }),
  source: async (spec, context) => (await import('./source.js')).qemuSource({ ...context, spec }),
};

/** A QEMU of our own for each drill, restored from a frozen guest. */
export const qemu: MachineProvider = {
  name: chosen.name,
  phrase: 'an embedded VM',
  capabilities,
  choose: () => chosen,
  doctor: async () => (await import('./doctor.js')).examineQemu(),
};
