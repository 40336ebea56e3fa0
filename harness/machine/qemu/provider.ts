import { readAvailableBytes } from '../free-memory.js';
import type { ChosenMachine, MachineCapabilities, MachineProvider } from '../provider.js';
import { chooseOwnGuest, OWN_GUEST_FLAGS, type OwnGuest } from './own-flags.js';
import { QEMU_PACKAGES } from './packages.js';

const QEMU_CAPABILITIES: MachineCapabilities = {
  snapshots: true,
  parallel: true,
  packages: 'installed',
  accounts: true,
  swap: true,
  places: true,
  sidecars: 'all',
};

const NAME = 'qemu';

const chooseQemu = (own: OwnGuest | undefined): ChosenMachine => ({
  name: NAME,
  // What is not ours is drilled as it came.
  capabilities:
    own?.image === undefined
      ? QEMU_CAPABILITIES
      : { ...QEMU_CAPABILITIES, packages: 'refused', sidecars: 'of the bundle' },
  ownName: own?.name,
  check: async () => (await import('./doctor.js')).checkQemu(),
  room: async () => ({ availableBytes: await readAvailableBytes() }),
  source: async (spec, context) => (await import('./source.js')).createQemuSource({ ...context, spec, own }),
});

/** A QEMU of our own for each drill, started from a snapshot. */
export const qemu: MachineProvider = {
  name: NAME,
  phrase: 'a VM that oomdrill makes itself',
  capabilities: QEMU_CAPABILITIES,
  flags: OWN_GUEST_FLAGS,
  choose: (flags) => chooseQemu(chooseOwnGuest(flags)),
  packages: QEMU_PACKAGES,
  doctor: async () => (await import('./doctor.js')).examineQemu(),
  leftovers: { process: async (held) => (await import('./leftovers.js')).processLeftover(held) },
};
