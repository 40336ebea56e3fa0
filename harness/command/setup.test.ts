import { chmodSync, symlinkSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import t from 'tap';
import { MACHINES } from '../machine/providers.js';
import { runCommandLine } from '../testing/command-line.js';
import { STACK_LINE } from '../testing/stack-line.js';
import { basePart, setupParts } from './setup-parts.js';

const { PATH = '' } = process.env;
const { getuid } = process;
t.teardown(() => {
  process.env.PATH = PATH;
});
t.afterEach(() => {
  process.getuid = getuid;
});

const NEEDED = [
  'ssh',
  'ssh-keygen',
  'setpriv',
  'flock',
  'tar',
  'qemu-system-x86_64',
  'qemu-img',
  'mmdebstrap',
  'mke2fs',
];

/** Installs all programs of all packages, whatever it is asked for. */
const INSTALL = `[ "$1" != install ] || for name in ${NEEDED.join(' ')} gcc; do : >"$bin/$name"; /bin/chmod 755 "$bin/$name"; done`;

/** A PATH with nothing in it but stand-ins, which write into `log` how they were called. Gives its folder. */
function fakeHost(t: Pick<Tap, 'testdir'>, scripts: Readonly<Record<string, string>>): string {
  const dir = t.testdir({ bin: {}, log: '' });
  const bin = join(dir, 'bin');
  const head = (name: string) => `#!/bin/sh\nbin='${bin}'\necho "${name} $*" >>'${join(dir, 'log')}'\n`;
  const files = Object.entries(scripts).map(([name, script]) => [name, `${head(name)}${script}\n`]);
  t.testdir({ bin: Object.fromEntries(files), log: '' });
  for (const name of Object.keys(scripts)) chmodSync(join(bin, name), 0o755);
  symlinkSync('/usr/bin/env', join(bin, 'env'));
  process.env.PATH = bin;
  process.getuid = () => 0;
  return dir;
}
type Tap = typeof t;

const setup = async (...args: readonly string[]) => {
  const ran = await runCommandLine(['setup', ...args, '--json', '-']);
  return { ...ran, document: JSON.parse(ran.stdout) };
};
const logOf = async (dir: string) => (await readFile(join(dir, 'log'), 'utf8')).trimEnd().split('\n');

t.test('what is missing is installed, and a second time there is nothing to do', async (t) => {
  const dir = fakeHost(t, { 'apt-get': INSTALL });
  const dry = await setup('--dry-run');
  t.match(dry, { exitCode: 0, document: { dryRun: true } });
  t.ok(
    ['openssh-client', 'qemu-system-x86', 'qemu-utils', 'mmdebstrap'].every((name) =>
      dry.document.packages.includes(name),
    ),
  );
  t.equal(dry.document.packages.length, new Set(dry.document.packages).size, 'each package is named once');
  t.match(dry.stderr, /would install: openssh-client .*\n {4}env DEBIAN_FRONTEND=noninteractive apt-get update/);
  t.same(await logOf(dir), [''], 'a dry run calls nothing');

  const done = await setup();
  t.match(done, { exitCode: 0, document: { dryRun: false, packages: dry.document.packages } });
  t.match(done.stderr, /installed: openssh-client .*\nnext: npx oomdrill run\n/);
  const [update, install, ...more] = await logOf(dir);
  t.match(update, /^apt-get update/);
  t.match(install, /^apt-get install .*--yes --no-install-recommends .*openssh-client .*qemu-system-x86 /);
  t.same(more, []);

  const again = await setup();
  t.match(again, { exitCode: 0, document: { packages: [], commands: [], next: ['npx oomdrill run'] } });
  t.match(again.stderr, /nothing to do.*\nnext: npx oomdrill run\n/);
  t.equal((await logOf(dir)).length, 2);
});

t.test('a user who is not root installs by sudo', async (t) => {
  const dir = fakeHost(t, { 'apt-get': INSTALL, sudo: 'shift; exec "$@"' });
  process.getuid = () => 1000;
  t.match(await setup(), { exitCode: 0 });
  t.match(await logOf(dir), [
    /^sudo -- env DEBIAN_FRONTEND=noninteractive apt-get update/,
    /^apt-get/,
    /^sudo/,
    /^apt-get/,
  ]);
});

t.test('what is in the way is said in one sentence, which names the packages', async (t) => {
  const cases: readonly (readonly [Record<string, string>, number, object])[] = [
    [{}, 0, { code: 'APT_MISSING', message: /not Debian.*mmdebstrap/, hint: /similar packages/ }],
    [
      { 'apt-get': INSTALL },
      1000,
      { code: 'ROOT_MISSING', message: /root.*mmdebstrap/, hint: /as root: apt-get install/ },
    ],
    [
      { 'apt-get': 'echo "E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 7" >&2; exit 100' },
      0,
      { code: 'APT_FAILED', message: /mmdebstrap.*Could not get lock.*process 7/, hint: /has ended/ },
    ],
    [
      { 'apt-get': 'echo "E: Failed to fetch http://deb.example/q.deb  Could not resolve" >&2; exit 100' },
      0,
      { code: 'APT_FAILED', message: /Failed to fetch http:\/\/deb\.example/, hint: /mirror/ },
    ],
    [
      { 'apt-get': INSTALL, sudo: 'echo "sudo: a password is required" >&2; exit 1' },
      1000,
      { code: 'APT_FAILED', message: /sudo: a password is required/ },
    ],
    [{ 'apt-get': 'exit 0' }, 0, { code: 'SETUP_INCOMPLETE', message: /still missing is: .*mmdebstrap/ }],
  ];
  for (const [scripts, uid, error] of cases) {
    fakeHost(t, scripts);
    process.getuid = () => uid;
    const { exitCode, document, stderr } = await setup();
    t.match(document, { error }, stderr);
    t.equal(exitCode, 2);
    t.notMatch(stderr, STACK_LINE);
  }
});

t.test('lists that could not be fetched do not matter where all packages are found', async (t) => {
  fakeHost(t, { 'apt-get': `[ "$1" != update ] || { echo "E: other.example is gone" >&2; exit 100; }; ${INSTALL}` });
  t.match(await setup(), { exitCode: 0 });
});

t.test('Ctrl-C ends apt-get as well', async (t) => {
  const say = (word: string) => `echo ${word} >>"$bin/../log"`;
  const wait = `/bin/sleep 30 & trap 'kill $!; ${say('stopped')}; exit 1' INT; ${say('waiting')}; wait`;
  const dir = fakeHost(t, { 'apt-get': wait });
  const ended = setup();
  while (!(await logOf(dir)).includes('waiting')) await setTimeout(20);
  process.emit('SIGINT');
  t.match(await ended, { exitCode: 2, document: { error: { code: 'INTERRUPTED' } } });
  t.same((await logOf(dir)).slice(1), ['waiting', 'stopped'], 'and nothing is installed');
});

t.test('a part that does not exist', async (t) => {
  const dir = fakeHost(t, { 'apt-get': INSTALL });
  const error = { code: 'SETUP_PART_UNKNOWN', message: 'setup has no part "vagrnt".', hint: 'Did you mean vagrant?' };
  t.match(await setup('browser', 'vagrnt'), { exitCode: 64, document: { error } });
  t.match(await setup('x'), {
    document: { error: { hint: /There are: vagrant, browser, promtool, man, jsonschema/ } },
  });
  t.same(await logOf(dir), [''], 'nothing is installed before');
});

t.test('a service that is not needed is stopped', async (t) => {
  const dir = fakeHost(t, {
    'apt-get': `${INSTALL}; : >"$bin/promtool"; /bin/chmod 755 "$bin/promtool"`,
    systemctl: '',
  });
  const { document } = await setup('promtool', 'promtool');
  t.match(document, { parts: ['promtool'], packages: /prometheus/, next: ['npm test'] });
  t.equal((await logOf(dir)).at(-1), 'systemctl disable --now --quiet prometheus');
});

t.test('each kind of machine that needs packages is a part, and the usual one is installed anyway', async (t) => {
  t.same(
    setupParts(MACHINES).map(({ name }) => name),
    ['vagrant', 'browser', 'promtool', 'man', 'jsonschema'],
  );
  t.same(
    basePart(MACHINES)
      .packages.flatMap((needed) => ('program' in needed ? [needed.program] : []))
      .sort(),
    [...NEEDED].sort(),
  );
});
