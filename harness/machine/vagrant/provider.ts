import { readAvailableBytes } from '../free-memory.js';
import type { ChosenMachine, MachineCapabilities, MachineProvider } from '../provider.js';
import { VAGRANT_PACKAGES } from './packages.js';

const VAGRANT_CAPABILITIES: MachineCapabilities = {
  snapshots: true,
  // One domain, put back before each drill.
  parallel: false,
  // Its box is made once for all bundles.
  packages: 'refused',
  accounts: true,
  swap: true,
  places: true,
  sidecars: 'all',
};

const vagrantMachine: ChosenMachine = {
  name: 'vagrant',
  capabilities: VAGRANT_CAPABILITIES,
  check: async () => (await import('./doctor.js')).checkVagrant(),
  room: async () => ({ availableBytes: await readAvailableBytes() }),
  source: async (spec, context) => (await import('./source.js')).createVagrantSource({ ...context, spec }),
};

/** One domain of libvirt that Vagrant brings up, put back to a snapshot before each drill. */
export const vagrant: MachineProvider = {
  name: vagrantMachine.name,
  phrase: 'a VM that Vagrant makes',
  capabilities: VAGRANT_CAPABILITIES,
  choose: () => vagrantMachine,
  packages: VAGRANT_PACKAGES,
  doctor: async () => (await import('./doctor.js')).examineVagrant(),
  packImage: async (guest, context) => (await import('./box.js')).packBox(guest, context),
  leftovers: { domain: async (held) => (await import('./leftovers.js')).domainLeftover(held) },
};
