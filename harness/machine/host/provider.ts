import { usageError } from '../../core/errors.js';
import type { ChosenMachine, MachineCapabilities, MachineProvider } from '../provider.js';
import { readHostFlags } from './flags.js';
import type { BorrowableHost } from './source.js';

/** It is put back file by file: what is no file of a bundle is not done to it. */
const HOST_CAPABILITIES: MachineCapabilities = {
  snapshots: false,
  parallel: false,
  packages: 'as they are',
  accounts: false,
  swap: false,
  places: false,
  sidecars: false,
};

const borrowedMachine = (host: BorrowableHost): ChosenMachine => ({
  name: sshHost.name,
  capabilities: HOST_CAPABILITIES,
  ownName: host.target.host,
  room: async (context) => {
    const { memoryBytes } = await (await import('./source.js')).askHost({ ...context, host });
    return { machineBytes: memoryBytes };
  },
  source: async (_spec, context) => (await import('./source.js')).hostSource({ ...context, host }),
});

/** A host of the user's own that may be wrecked, reached by ssh. */
export const sshHost: MachineProvider = {
  name: 'ssh',
  phrase: 'a host of your own that may be wrecked',
  capabilities: HOST_CAPABILITIES,
  flags: {
    options: [
      {
        name: 'host',
        flags: '--host <user@host>',
        description: 'with --machine ssh: the host, by root or a user who may sudo',
      },
      {
        name: 'port',
        flags: '--port <port>',
        description: 'with --machine ssh: of its ssh, where ssh_config does not say',
      },
      {
        name: 'key',
        flags: '--key <file>',
        description: 'with --machine ssh: private key for it, where ssh_config or an agent has none',
      },
      {
        name: 'allowDestructive',
        flags: '--allow-destructive',
        description: 'with --machine ssh: that host may be run out of memory, hang and be rebooted',
        deprecated: ['--i-may-wreck-it'],
      },
      {
        name: 'stopRunningService',
        flags: '--stop-running-service',
        description: 'with --machine ssh: stop the serving unit if it runs there, and start it again afterwards',
        deprecated: ['--use-running'],
      },
    ],
    misplaced: (kind) =>
      usageError('HOST_FLAGS', `A machine of kind ${kind} takes no host.`, 'Did you mean --machine ssh?'),
  },
  choose: (flags) => borrowedMachine(readHostFlags(flags)),
  // What ssh itself needs, every kind of machine does.
  doctor: async () => [],
  leftovers: { 'borrowed-host': async (held) => (await import('./borrow.js')).borrowedHostLeftover(held) },
};
