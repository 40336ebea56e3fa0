import { existsSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import t, { type Test } from 'tap';
import { Unit } from '../systemd/unit.js';
import { readUnitFile } from '../systemd/unit-file.js';
import { QUADLET_CASES } from '../testing/quadlet-cases.js';
import { readQuadlets } from './quadlets.js';

/** Settings of a service that rules ask for. */
const KEYS = [
  'MemoryMax',
  'MemoryHigh',
  'MemorySwapMax',
  'OOMPolicy',
  'OOMScoreAdjust',
  'Delegate',
  'Type',
  'Slice',
  'TasksMax',
];

/** The settings of a service, and what its command says about memory. */
function settingsOf(unit: Unit): Record<string, unknown> {
  const command = unit.value('Service', 'ExecStart')?.value ?? '';
  const flags = command.match(/--(?:cgroups|memory[a-z-]*|oom-score-adj|log-level)[= ]\S+/g) ?? [];
  return {
    ...Object.fromEntries(KEYS.map((key) => [key, unit.value('Service', key)?.value])),
    flags: flags.map((flag) => flag.replace(' ', '=')).sort(),
  };
}

/** The services that podman's generator printed, by name. */
function parseDryRun(text: string): Record<string, unknown> {
  const parts = text.split(/^---(.+\.service)---\n/m).slice(1);
  const services: Record<string, unknown> = {};
  for (let index = 0; index < parts.length; index += 2) {
    const name = parts[index] ?? '';
    services[name] = settingsOf(new Unit(name, [readUnitFile(parts[index + 1] ?? '', name).file]));
  }
  return services;
}

/** The same by our own reader, as podman 5.4.2 has it: `Memory=` came later. */
function readByUs(files: Readonly<Record<string, string>>): Record<string, unknown> {
  const folder = 'etc/containers/systemd';
  const found = readQuadlets(
    Object.entries(files).map(([path, text]) => ({ path: `${folder}/${path}`, shown: path, text })),
  );
  // A line that podman cannot read has it read no file of the folder.
  if (found.some(({ faults }) => faults.some(({ why }) => why.endsWith('reads no quadlet of this directory'))))
    return {};
  const made = found.filter(({ faults }) => faults.length === 0);
  return Object.fromEntries(made.map(({ service, files }) => [service, settingsOf(new Unit(service, files))]));
}

const captured = readFileSync(new URL('../../fixtures/captured/quadlet-5.4.2.txt', import.meta.url), 'utf8');
const printed = new Map(
  captured
    .split(/^=== /m)
    .slice(1)
    .map((part) => [part.slice(0, part.indexOf('\n')), part.slice(part.indexOf('\n') + 1)]),
);

/** The set-ups that people published, each the files of one folder. */
const published = new Map<string, Record<string, string>>();
for (const part of readFileSync(new URL('../../fixtures/containers/quadlets.txt', import.meta.url), 'utf8')
  .split(/^=== /m)
  .slice(1)) {
  const [, number = '', path = '', text = ''] = /^(\d+)\/([^\n]*)\n(.*)$/s.exec(part) ?? [];
  const name = `published ${number}`;
  published.set(name, { ...published.get(name), [path]: text });
}

t.ok(published.size >= 150);
for (const [name, files] of [...Object.entries(QUADLET_CASES), ...published])
  t.test(`as podman 5.4.2 reads it: ${name}`, async (t) => {
    const text = printed.get(name);
    t.ok(text, 'was captured');
    t.same(readByUs(files), parseDryRun((text ?? '').replace(/^error: .*\n?/gm, '')));
  });

const GENERATORS = ['/usr/libexec/podman/quadlet', '/usr/lib/systemd/system-generators/podman-system-generator'];

const generator = GENERATORS.find((path) => existsSync(path));

async function askGenerator(t: Test, path: string, files: Readonly<Record<string, string>>): Promise<string> {
  const dir = t.testdir();
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(dir, name)), { recursive: true });
    await writeFile(join(dir, name), text);
  }
  const { stdout } = await execa(path, ['-dryrun'], { env: { QUADLET_UNIT_DIRS: dir }, reject: false });
  return stdout;
}

t.test("as this host's podman reads them", { skip: generator === undefined }, async (t) => {
  for (const [name, files] of Object.entries(QUADLET_CASES)) {
    // Newer versions know more.
    if (name === 'key Memory') continue;
    t.same(readByUs(files), parseDryRun(await askGenerator(t, generator ?? '', files)), name);
  }
});

t.test('which manager, and which of two files with the same name', async (t) => {
  const text = '[Container]\nImage=a\n';
  const read = (...paths: string[]) =>
    readQuadlets(paths.map((path) => ({ path, shown: path, text }))).map(({ manager, file }) => [manager, file.path]);
  t.same(
    read(
      'usr/share/containers/systemd/a.container',
      'etc/containers/systemd/a.container',
      'etc/containers/systemd/users/a.container',
      'etc/containers/systemd/users/1000/b.container',
      '~/.config/containers/systemd/c/a.container',
      'etc/systemd/system/a.container',
    ),
    [
      ['user', '~/.config/containers/systemd/c/a.container'],
      ['user', 'etc/containers/systemd/users/1000/b.container'],
      ['system', 'etc/containers/systemd/a.container'],
    ],
  );
  t.same(read('etc/containers/systemd/a.container', 'run/containers/systemd/a.container'), [
    ['system', 'run/containers/systemd/a.container'],
  ]);
});
