import type { Command } from 'commander';
import fc from 'fast-check';
import { completeScenario } from '../../harness/campaign/complete-scenario.js';
import { parseShard, parseSpeeds } from '../../harness/campaign/shard.js';
import { parseSweep } from '../../harness/campaign/sweep.js';
import { program } from '../../harness/cli.js';
import { DeclaredOption } from '../../harness/command/declared-option.js';
import { readDrillFlags } from '../../harness/command/drill-flags.js';
import { readValue } from '../../harness/command/settings/value.js';
import { readOwnTables } from '../../harness/config/own-tables.js';
import { hog } from '../../harness/inject/memory-hog/hog.js';
import { readHostFlags } from '../../harness/machine/host/flags.js';
import { parseSshAddress } from '../../harness/machine/ssh-address.js';
import { parseSshConfig } from '../../harness/machine/vagrant/vagrant.js';
import { mutatedDocuments } from '../inputs/json.js';
import { mutated } from '../inputs/mutation.js';
import { hostile } from '../inputs/text.js';
import { SIZES } from './core.js';
import { reader, withCrlf } from './reader.js';

/** Every option of every command, by both names. */
const OPTIONS: ReadonlyMap<string, DeclaredOption> = new Map(listOptions(program('0')));

function listOptions(command: Command, path = ''): [string, DeclaredOption][] {
  const own = command.options.flatMap((option): [string, DeclaredOption][] =>
    option instanceof DeclaredOption ? [[`${path} ${option.long}`, option]] : [],
  );
  return [...own, ...command.commands.flatMap((each) => listOptions(each, `${path} ${each.name()}`))];
}

/** A scenario as its file declares it, but for its injections, which JSON cannot hold. */
const SCENARIO = {
  name: 'night',
  hypothesis: 'The server answers.',
  control: false,
  bundle: 'devvm',
  suite: 'nightly',
  requires: ['cgroup-v2', 'psi'],
  repair: { set: { MemoryHigh: 'infinity' }, stayMs: 1_000 },
  phases: { baselineMs: 1_000, holdMs: 45_000 },
  expect: { outcomes: ['contained'], longestGapMs: 5_000 },
};

const INJECTION = { name: 'hog', comm: 'ugrep', into: 'serving-unit', target: { of: 'MemoryMax', ratio: 1.2 } };

const SSH_CONFIG = `Host default
  HostName 192.168.121.7
  User vagrant
  Port 22
  IdentityFile "/home/a b/private_key"
  IdentitiesOnly yes
`;

export const commandLineReaders = [
  reader({
    name: 'shard',
    covers: ['harness/campaign/shard.ts parseShard'],
    inputs: fc.oneof(mutated(['1/3', '3/3']), hostile()),
    read: parseShard,
  }),
  reader({
    name: 'speeds',
    covers: ['harness/campaign/shard.ts parseSpeeds'],
    inputs: fc.oneof(mutated(['1,0.5,1', '1,1,0.001']), hostile()),
    read: (text: string) => parseSpeeds(text, 3),
  }),
  reader({
    name: 'sweep',
    covers: ['harness/campaign/sweep.ts parseSweep'],
    inputs: fc.tuple(
      fc.oneof(mutated(['MemoryHigh=8G..16G', 'MemorySwapMax=0..1.5G'], SIZES), hostile(['MemoryMax=', '..'])),
      fc.integer({ min: 2, max: 20 }),
    ),
    read: ([text, steps]) => parseSweep(text, steps),
  }),
  reader({
    name: 'ssh-address',
    covers: ['harness/machine/ssh-address.ts parseSshAddress'],
    inputs: fc.tuple(fc.oneof(mutated(['root@web.example']), hostile()), fc.option(hostile(['22']), { nil: null })),
    read: ([text, port]) => parseSshAddress(text, port ?? undefined),
  }),
  reader({
    name: 'ssh-config',
    covers: ['harness/machine/vagrant/vagrant.ts parseSshConfig'],
    inputs: mutated([SSH_CONFIG]),
    read: parseSshConfig,
    alike: { 'with CRLF': withCrlf },
  }),
  reader({
    name: 'ssh-flags',
    covers: ['harness/machine/host/flags.ts readHostFlags'],
    inputs: fc.record({ host: hostile(['a@b']), key: hostile(['/dev/null']), port: hostile(['22']) }),
    read: (flags) => readHostFlags({ ...flags, allowDestructive: true }),
  }),
  reader({
    name: 'drill-flags',
    covers: ['harness/command/drill-flags.ts readDrillFlags'],
    inputs: fc.record({
      scale: hostile(['8']),
      watchdog: hostile(['heartbeat']),
      rate: hostile(['5']),
      waitForQuiet: hostile(['10min']),
      out: hostile(['reports']),
    }),
    read: (flags) => Object.keys(readDrillFlags({ ...flags, probes: [] })),
  }),
  reader({
    name: 'setting',
    covers: ['harness/command/settings/value.ts readValue'],
    inputs: fc.record({
      option: fc.constantFrom(...OPTIONS.keys()),
      raw: fc.oneof(hostile([...SIZES, '1/3', 'qemu']), mutatedDocuments([{ a: ['a', 1, true] }])),
      isVariable: fc.boolean(),
    }),
    read({ option: path, raw: given, isVariable }) {
      // A variable is always a text.
      const raw = isVariable ? JSON.stringify(given) : given;
      const option = OPTIONS.get(path);
      if (!option) throw new Error(`there is no option ${path}`);
      const source = isVariable ? { variable: 'OOMDRILL_X' } : { file: 'oomdrill.config.json', key: 'x' };
      const setting = { name: option.attributeName(), long: option.long ?? '', source, raw, rank: 0 };
      return readValue(setting, option, '/work');
    },
  }),
  reader({
    name: 'scenario',
    covers: ['harness/campaign/complete-scenario.ts completeScenario'],
    inputs: fc.tuple(mutatedDocuments([SCENARIO]), mutatedDocuments([INJECTION])),
    async read([declared, injection]) {
      const injections = [hog(injection as never)];
      const { bundle, ...rest } = await completeScenario(
        isPlain(declared) ? { injections, ...declared } : declared,
        'night.ts',
      );
      return [bundle.name, JSON.stringify(rest)];
    },
  }),
  reader({
    name: 'own-tables',
    covers: ['harness/config/own-tables.ts readOwnTables'],
    inputs: mutatedDocuments([
      { reporters: [{ name: 'mine', description: 'a file', output: 'file' }], probes: [{ name: 'a' }], injections: [] },
    ]),
    async read(values) {
      const tables = await readOwnTables(
        { file: 'oomdrill.config.json', values: isPlain(values) ? values : {} } as never,
        [],
      );
      return JSON.stringify(tables);
    },
  }),
];

const isPlain = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
