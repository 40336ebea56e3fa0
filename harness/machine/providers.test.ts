import { join } from 'node:path';
import t from 'tap';
import { usageError } from '../core/errors.js';
import { readHostFlags } from './host/flags.js';
import type { MachineProvider } from './provider.js';
import { canCompare, chooseMachine, chooseMachineFor, MACHINES, machineNames, machinesThat } from './providers.js';

/** A kind of machine as someone would add one: a file of its own, and a line in the table. */
const firecracker: MachineProvider = {
  name: 'firecracker',
  phrase: 'a microVM',
  capabilities: {
    snapshots: true,
    parallel: true,
    packages: 'installed',
    accounts: true,
    swap: true,
    places: true,
    sidecars: 'all',
  },
  flags: {
    options: [{ name: 'jailer', flags: '--jailer <file>', description: 'with --machine firecracker: its jailer' }],
    misplaced: (kind) => usageError('JAILER_FLAGS', `A machine of kind ${kind} takes no jailer.`),
  },
  choose: ({ jailer }) => ({
    name: 'firecracker',
    capabilities: firecracker.capabilities,
    ownName: String(jailer),
    room: async () => ({ availableBytes: 1 }),
    source: async () => {
      throw new Error('it makes none');
    },
  }),
  packages: [{ program: 'firecracker', package: 'firecracker' }],
  doctor: async () => [{ what: 'firecracker', state: 'ok', found: '/usr/bin/firecracker' }],
};

t.test('a kind of machine by its name', async (t) => {
  t.same(machineNames(), ['qemu', 'vagrant', 'ssh']);
  t.match(chooseMachine('qemu'), { name: 'qemu', capabilities: { parallel: true } });
  t.throws(() => chooseMachine('xen'), {
    code: 'MACHINE_UNKNOWN',
    message: 'There is no kind of machine "xen".',
    hint: 'There are: qemu, vagrant, ssh.',
  });
});

t.test('options of a kind go with it alone', async (t) => {
  t.throws(() => chooseMachine('qemu', { host: 'root@h' }), { code: 'HOST_FLAGS', hint: /--machine ssh/ });
  t.throws(() => chooseMachine('vagrant', { stopRunningService: true }), {
    code: 'HOST_FLAGS',
    message: '--stop-running-service cannot be used with --machine vagrant: it is an option of --machine ssh.',
    hint: 'Add --machine ssh, or leave --stop-running-service out.',
  });
  const table = [...MACHINES, firecracker];
  t.throws(() => chooseMachine('ssh', { jailer: 'x' }, table), { code: 'JAILER_FLAGS' });
  t.match(chooseMachine('firecracker', { jailer: 'x' }, table), { name: 'firecracker', ownName: 'x' });
  const names = table.flatMap(({ flags }) => flags?.options.map(({ name }) => name) ?? []);
  t.same(names, [...new Set(names)], 'no option is of two kinds');
});

t.test('commands that compare drills are refused a machine that is not put back, all in the same words', async (t) => {
  for (const command of ['map', 'mutate', 'validate']) {
    t.throws(() => chooseMachineFor(command, 'ssh'), {
      code: 'MACHINE_UNFIT',
      message: `${command} cannot use --machine ssh: its drills are compared with each other, and each must start in the same clean state.`,
      hint: 'Use --machine qemu or vagrant.',
    });
  }
  t.match(chooseMachineFor('map', 'vagrant'), { name: 'vagrant' });
  // ssh would be refused, too.
  t.throws(() => chooseMachineFor('map', 'foo'), { code: 'MACHINE_UNKNOWN', hint: 'There are: qemu, vagrant.' });
  t.throws(() => chooseMachine('foo'), { code: 'MACHINE_UNKNOWN', hint: 'There are: qemu, vagrant, ssh.' });
  t.equal(machinesThat(canCompare, [...MACHINES, firecracker]), 'qemu or vagrant or firecracker');
});

t.test('a host of the user', async (t) => {
  const host = 'root@scratch.example';
  const keyFile = join(t.testdir({ key: '' }), 'key');
  t.same(readHostFlags({ host, port: '22', key: keyFile, allowDestructive: true, stopRunningService: true }), {
    target: { user: 'root', host: 'scratch.example', port: 22, owner: 'user', keyFile },
    stopRunningService: true,
  });
  t.throws(() => readHostFlags({}), { code: 'HOST_FLAGS' });
  t.throws(() => readHostFlags({ host, key: '/nowhere', allowDestructive: true }), { code: 'KEY_MISSING' });
  t.throws(() => readHostFlags({ host, guest: ['trixie'], allowDestructive: true }), {
    code: 'HOST_FLAGS',
    hint: 'Leave --guest out.',
  });
  t.throws(() => readHostFlags({ host: '-oProxyCommand=x@y', allowDestructive: true }), { code: 'HOST_INVALID' });
  t.throws(() => readHostFlags({ host }), { code: 'DESTRUCTIVE_NOT_ALLOWED', hint: /--allow-destructive/ });
});
