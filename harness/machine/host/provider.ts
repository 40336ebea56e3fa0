import { usageError } from '../../core/errors.js';
import type { ChosenMachine, MachineCapabilities, MachineProvider } from '../provider.js';
import { readHostFlags } from './flags.js';
import type { HostSettings } from './source.js';

/** It is restored file by file: only the files of a bundle are changed on it. */
const HOST_CAPABILITIES: MachineCapabilities = {
  snapshots: false,
  parallel: false,
  packages: 'as they are',
  accounts: false,
  swap: false,
  places: false,
  sidecars: 'none',
};

const chooseHost = (host: HostSettings): ChosenMachine => ({
  name: sshHost.name,
  capabilities: HOST_CAPABILITIES,
  ownName: host.target.host,
  check: async () => (await import('../readiness.js')).requireReady(sshHost.name, []),
  room: async (context) => {
    const { memoryBytes } = await (await import('./source.js')).askHost({ ...context, host });
    return { machineBytes: memoryBytes };
  },
  source: async (_spec, context) => (await import('./source.js')).createHostSource({ ...context, host }),
});

/** A host of the user's own that may be harmed, reached by SSH. */
export const sshHost: MachineProvider = {
  name: 'ssh',
  phrase: 'a host of your own, by SSH, which a drill may harm',
  capabilities: HOST_CAPABILITIES,
  flags: {
    options: [
      {
        name: 'host',
        own: true,
        flags: '--host <user@host>',
        description:
          'required: the host, such as root@scratch.example; the user is root or may use sudo without a password',
      },
      {
        name: 'port',
        own: true,
        flags: '--port <port>',
        description: 'SSH port, from 1 to 65535 (default: what ssh_config says)',
      },
      {
        name: 'key',
        own: true,
        flags: '--key <file>',
        description: 'private key (default: what ssh_config or an agent has)',
      },
      {
        name: 'allowDestructive',
        flags: '--allow-destructive',
        description: 'required: the host may run out of memory, hang, and lose data that is not saved',
        deprecated: ['--i-may-wreck-it'],
        commandLineOnly: 'that a host may be harmed is said anew for each run',
      },
      {
        name: 'stopRunningService',
        flags: '--stop-running-service',
        description: 'if the unit that serves runs there already, stop it, and start it again after the drill',
        deprecated: ['--use-running'],
      },
    ],
    refused: ['guest'],
    misplaced: (kind, option) =>
      usageError(
        'HOST_FLAGS',
        `${option} cannot be used with --machine ${kind}: it is an option of --machine ssh.`,
        `Add --machine ssh, or leave ${option} out.`,
      ),
  },
  choose: (flags) => chooseHost(readHostFlags(flags)),
  // What ssh itself needs, every kind of machine does.
  packages: [],
  doctor: async () => [],
  leftovers: { 'borrowed-host': async (held) => (await import('./backup.js')).borrowedHostLeftover(held) },
};
