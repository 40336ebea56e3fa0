import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { machineError } from '../core/errors.js';
import type { Machine, MachineSource, MadeWhen, PreparationKind, StartOptions } from '../machine/machine.js';
import { begin, type Drilled } from './begin.js';
import type { PlannedDrill } from './plan.js';
import { preparationKey } from './preparation-key.js';

const plan = {
  scenario: { requires: [] },
  serving: { cgroup: '/web.service' },
  bundle: { manifest: { serving: { unit: 'web.service', port: 8080 }, host: { swap: '0' } }, files: [] },
  workload: {
    name: 'web.service',
    files: [{ path: 'etc/web.conf', text: '' }],
    links: new Map(),
    start: ['true'],
    account: undefined,
  },
  injections: [],
  bystanders: [],
} as unknown as PlannedDrill;
const start: Omit<StartOptions, 'workDir'> = {
  signal: new AbortController().signal,
  changes: { unit: 'web.service', files: [], trees: [], made: [] },
};
const SNAPSHOTS = { settled: 'now', grown: 'now' } as const;
const KNOWN = '{"serverPid":412,"serverCgroup":"/web.service","cacheBytes":0,"places":[]}';

/** Begins a drill, or several, with a source whose prepared states are as given. Gives what came of the last, and what happened on the way. */
async function tryBegin(startPrepared: MachineSource['startPrepared'], changes: Partial<Drilled> = {}, times = 1) {
  const happened: string[] = [];
  const source: MachineSource = {
    accelerator: 'tcg',
    start: async () => {
      happened.push('started');
      return machine('booted', happened);
    },
    ...(startPrepared && { startPrepared }),
    forgetPrepared: async () => void happened.push('forgotten'),
    [Symbol.asyncDispose]: async () => {},
  };
  const progress = (line: string) => void happened.push(line);
  const drilled = { plan, source, progress, fromNothing: false, server: undefined, snapshots: SNAPSHOTS, ...changes };
  const beginOne = async () => {
    const workDir = await mkdtemp(join(tmpdir(), 'oomdrill-test-'));
    t.teardown(() => rm(workDir, { recursive: true }));
    return begin(drilled as unknown as Drilled, { ...start, workDir }).catch((thrown: unknown) => ({ thrown }));
  };
  for (let before = 1; before < times; before++) await beginOne();
  return { happened, begun: await beginOne() };
}

/** A machine whose server has this PID, and listens on port 8080 (0x1F90). */
function machine(name: string, happened: string[] = [], pid = 412, { line = '', daemonReload = 0 } = {}): Machine {
  const stdout = [
    `/proc/${pid}/cgroup:0::/web.service`,
    '/sys/fs/cgroup/oomdrill.slice/oomdrill-canary.service/cgroup.procs:7',
    '/proc/net/tcp: 0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:0 0 0 0 1',
    line,
  ].join('\n');
  return {
    name,
    died: new AbortController().signal,
    exec: async ([, word]: readonly string[]) => ({
      stdout,
      stderr: '',
      exitCode: word === 'daemon-reload' ? daemonReload : 0,
    }),
    [Symbol.asyncDispose]: async () => void happened.push(`${name} ended`),
  } as unknown as Machine;
}

const sleep = {
  key: [1],
  atBytes: 1024 ** 3,
  start: async () => {},
  wake: async () => ({ release: async () => {} }),
};
const sleeper = {
  injection: { name: 'hog' },
  plan: { stateFile: '/run/hog.state', readProgress: (text: string) => (text ? JSON.parse(text) : undefined), sleep },
};

t.test('a drill begins where its server has settled', async (t) => {
  const { happened, begun } = await tryBegin(async () => ({ machine: machine('saved'), known: KNOWN, snapshot: 's' }));
  t.match(begun, {
    machine: { name: 'saved' },
    startingPoint: { server: { serverPid: 412, serverCgroup: '/web.service' }, isUnverified: false },
    origin: /the snapshot s, in which the server has settled$/,
  });
  t.same(happened, []);
});

t.test('it begins at the boot where that is asked for, or there is nothing else', async (t) => {
  const never = async () => t.fail('it was looked for');
  for (const [why, { happened, begun }] of [
    ['asked for', await tryBegin(never as never, { fromNothing: true })],
    ['a real server', await tryBegin(never as never, { server: '/opt/server' })],
    ['no snapshots', await tryBegin(undefined)],
    ['none yet', await tryBegin(async () => undefined)],
  ] as const) {
    t.match(begun, { machine: { name: 'booted' }, startingPoint: undefined }, why);
    t.same(happened, ['started'], why);
  }
});

t.test('a snapshot that cannot be used is forgotten, and done without', async (t) => {
  const ended: string[] = [];
  const other = await tryBegin(async () => ({ machine: machine('saved', ended, 500), known: KNOWN, snapshot: 's' }));
  t.match(other.happened, [
    /The snapshot s cannot be used: .*main process .*PID 412, is not there\./,
    'forgotten',
    'started',
  ]);
  t.same(ended, ['saved ended'], 'its machine is not left behind');
  const broken = await tryBegin(async () => {
    throw machineError('QEMU_DIED', 'QEMU ended.');
  });
  t.match(broken.happened, [/instead\. QEMU ended\.$/, 'forgotten', 'started']);
  const odd = await tryBegin(async () => ({ machine: machine('saved'), known: '?', snapshot: 's' }));
  t.match(odd.happened[0], /what stands in it is not known/);
});

t.test('a drill begins where its hog sleeps, and without that where it cannot be used', async (t) => {
  const sleeping = { plan: { ...plan, injections: [sleeper] } as unknown as PlannedDrill };
  const asleep = '"asleep":{"pid":733,"cgroup":"/web.service","heldBytes":0,"events":""}';
  const grown = `{"serverPid":412,"serverCgroup":"/web.service","cacheBytes":0,"places":[],${asleep}}`;
  const STATE = '/run/hog.state:{"state":"asleep","pid":733}';
  const seen: string[] = [];
  const begin = (state: string, changes: Partial<Drilled> = {}, times = 1) =>
    tryBegin(
      async (_, { kind, made, from, heldBytes }) => {
        seen.push(`${kind} ${made} ${from?.kind} ${heldBytes}`);
        const known = kind === 'grown' ? grown : KNOWN;
        return { machine: machine(kind, seen, 412, { line: state }), known, snapshot: kind };
      },
      { ...sleeping, ...changes },
      times,
    );
  const used = await begin(STATE);
  t.match(used.begun, {
    startingPoint: { asleep: { pid: 733 } },
    origin: /the snapshot grown, in which .*hog sleeps at 1G$/,
  });
  t.same(seen.splice(0), ['grown now settled 1073741824']);
  const unfit = await begin('', { snapshots: { settled: 'now', grown: 'never' } });
  t.match(unfit.begun, { startingPoint: { asleep: undefined }, origin: /the snapshot settled,/ });
  t.same(seen.splice(0), ['grown never settled 1073741824', 'grown ended', 'settled now undefined undefined']);
  t.match(unfit.happened, [
    /^starting from a guest without the sleeping hog instead\. .*hog, PID 733, does not/,
    'forgotten',
  ]);
  await begin('', {}, 2);
  const kinds = seen.splice(0).map((line) => line.split(' ')[0]);
  t.same(kinds, ['grown', 'grown', 'settled', 'settled'], 'what cannot be used is not tried again');
  t.match(await begin(STATE, { fromNothing: true }), { happened: ['started'] });
});

t.test('the error of a server that does not start is passed on, and it is not tried again', async (t) => {
  const { happened, begun } = await tryBegin(async (_, { make }) => {
    const refusing = { ...machine('new'), exec: async () => ({ stdout: '', stderr: 'no room', exitCode: 1 }) };
    await make(refusing as unknown as Machine, t.testdir({}), '');
    return undefined;
  });
  t.match(begun, { thrown: { code: 'INSTALL' } });
  t.same(happened, []);
});

t.test('what the guest lacks is found out before a server is prepared there', async (t) => {
  const asked: string[] = [];
  const exec = async (command: readonly string[]) => {
    asked.push(command.join(' '));
    return { stdout: 'systemd-oomd\n', stderr: '', exitCode: 0 };
  };
  const needing = { ...plan, scenario: { requires: ['systemd-oomd'] } } as unknown as PlannedDrill;
  const make: MachineSource['startPrepared'] = async (_, preparation) => {
    await preparation.make({ ...machine('new'), exec } as unknown as Machine, t.testdir({}), '');
    return undefined;
  };
  const { begun } = await tryBegin(make, { plan: needing });
  t.match(begun, { thrown: { code: 'CAPABILITY_MISSING', message: 'The guest has no systemd-oomd.' } });
  t.equal(asked.length, 1, 'and nothing was installed');
});

t.test('a changed bundle begins where the one that it was has settled', async (t) => {
  const from = {
    ...plan,
    serving: { ...plan.serving, unit: { name: 'web.service' } },
    bundle: { ...plan.bundle, name: 'web' },
    workload: { ...plan.workload, files: [] },
    // One that could sleep, and does not where the bundle is another one.
    injections: [sleeper],
  } as unknown as PlannedDrill;
  const changedTo = (path: string) => {
    const files = [{ path, text: '[Service]\nNice=5\n' }];
    const bundle = { ...from.bundle, name: 'web+nice', files };
    return { ...from, bundle, workload: { ...from.workload, files }, changedFrom: from } as unknown as PlannedDrill;
  };
  const UNIT_FILE = 'etc/systemd/system/web.service.d/nice.conf';
  const keys: string[] = [];
  const wanted: MadeWhen[] = [];
  const kinds: PreparationKind[] = [];
  const saved: MachineSource['startPrepared'] = async (_, { kind, key, made }) => {
    kinds.push(kind);
    if (kind === 'grown') return undefined;
    keys.push(key);
    wanted.push(made);
    return { machine: machine('saved'), known: KNOWN, snapshot: 's' };
  };
  const { happened, begun } = await tryBegin(saved, { plan: changedTo(UNIT_FILE) });
  t.match(begun, { machine: { name: 'saved' }, startingPoint: { server: undefined, isUnverified: true } });
  t.match(begun, {
    origin: /snapshot s, in which the server of web had settled; changed there: \/etc\/.*; started anew: web\.service$/,
  });
  t.same(happened, []);
  t.same([keys, wanted], [[await preparationKey(from)], ['now']]);

  t.same(kinds.splice(0), ['settled'], 'and not where the hog of the other bundle sleeps');

  const unknown = await tryBegin(saved, { plan: changedTo('etc/sysctl.d/swap.conf') });
  t.match(unknown.begun, { machine: { name: 'saved' }, startingPoint: { server: { serverPid: 412 } } });
  t.not(keys[1], keys[0], 'what cannot be changed there is looked for as a bundle of its own');
  t.equal(wanted[1], 'second-time', 'and is not worth a snapshot');

  const ended: string[] = [];
  const refusing = async () => ({
    machine: machine('saved', ended, 412, { daemonReload: 1 }),
    known: KNOWN,
    snapshot: 's',
  });
  const refused = await tryBegin(refusing, { plan: changedTo(UNIT_FILE) });
  t.match(refused.begun, { machine: { name: 'booted' }, startingPoint: undefined });
  t.match(refused.happened, [/boot instead\. Could not install the bundle web\+nice/, 'started'], 'the snapshot stays');
  t.same(ended, ['saved ended'], 'its machine is not left behind');
});
