import { once } from 'node:events';
import { mkdirSync, readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import t, { type Test } from 'tap';
import { ODD_FOLDER, ODD_NAMES } from '../testing/odd-names.js';
import { debian } from './image/debian.js';
import { Ledger } from './ledger.js';
import { readLedger } from './ledger-pages.js';
import { cacheDir, stateDir } from './places.js';
import { qemuArgs, socketIn } from './qemu/args.js';
import { Ssh } from './ssh.js';
import { parseSshConfig } from './vagrant/vagrant.js';
import { makeWorkDir } from './workdir.js';

const NAMES = [...ODD_NAMES, ODD_FOLDER];

/** ssh would put a home into its place. */
const A_VARIABLE = `$${'{HOME}'}`;

/** Why a test of a program is skipped where this host lacks it. */
const lacks = async (program: string) =>
  (await execa(program, ['--version'], { reject: false })).code === 'ENOENT' ? `there is no ${program}` : false;

/** Sets a variable of the environment during one test. */
function setVariable(t: Test, name: string, value: string): void {
  const before = process.env[name];
  process.env[name] = value;
  t.teardown(() => {
    if (before === undefined) delete process.env[name];
    else process.env[name] = before;
  });
}

t.test('QEMU reads each path as it is', async (t) => {
  for (const name of NAMES) {
    const dir = join('/', name);
    const accelerator = { name: 'tcg', cpu: 'max', why: '' } as const;
    const at = { kernel: join(dir, 'vmlinuz'), initrd: join(dir, 'initrd'), disk: join(dir, 'disk') };
    const args = qemuArgs({
      accelerator,
      ...at,
      workDir: dir,
      memoryBytes: 2 ** 30,
      cpus: 1,
      memoryFile: { path: join(dir, 'memory'), isWritten: true },
    });
    const values = (key: string) => args.filter((_, index) => args[index - 1] === key);
    const paths = (key: string, name: string) => values(key).map((text) => readValue(text, name));
    t.same(paths('-drive', 'file'), [at.disk], name);
    t.same(paths('-chardev', 'path'), [
      join(dir, 'console.log'),
      ...(['qmp', 'agent', 'samples'] as const).map((s) => socketIn(dir, s)),
    ]);
    t.same([values('-kernel'), values('-initrd')], [[at.kernel], [at.initrd]]);
    t.same(paths('-object', 'mem-path'), [join(dir, 'memory')]);
  }
});

/** The value of a key of an option of QEMU's, where a doubled comma is a comma (qemu(1), -drive). */
function readValue(option: string, key: string): string | undefined {
  const parts = option.replaceAll(',,', '\0').split(',');
  const found = parts.find((part) => part.startsWith(`${key}=`));
  return found?.slice(key.length + 1).replaceAll('\0', ',');
}

t.test('ssh reads each path as it is', { skip: await lacks('ssh') }, async (t) => {
  // A line break is printed in a form that sh(1) of Debian does not read yet.
  for (const name of NAMES.filter((name) => !name.includes('\n'))) {
    const dir = join('/', name);
    const { login } = new Ssh({ host: '127.0.0.1', user: 'root', keyFile: join(dir, 'key') }, dir);
    // What a person would paste, with the one option that has ssh print what it has read.
    const { stdout } = await execa('sh', ['-c', login.replace(/^ssh/, 'ssh -G')]);
    t.match(`\n${stdout}\n`, `\ncontrolpath ${join(dir, 'ssh.sock')}\n`, name);
    // Tokens in it are replaced later.
    t.match(`\n${stdout}\n`, `\nidentityfile ${join(dir, 'key').replaceAll('%', '%%')}\n`, name);
  }
});

t.test('a work directory in a folder of any name or length', async (t) => {
  const dir = t.testdir({ state: {} });
  setVariable(t, 'OOMDRILL_STATE', join(dir, 'state'));
  const ledger = await Ledger.open();
  for (const name of [...NAMES, A_VARIABLE, 'long'.repeat(25), join('long'.repeat(50), 'long'.repeat(50))]) {
    const parent = join(dir, name);
    mkdirSync(parent, { recursive: true });
    setVariable(t, 'TMPDIR', parent);
    const workDir = await makeWorkDir(ledger);
    const [made = ''] = readdirSync(parent);
    t.match((await readLedger()).pages, [{ resources: [{ kind: 'dir', path: join(parent, made) }] }], name);
    // The longest name of a socket: ssh appends to it while it makes it (mux.c).
    const socket = join(workDir.path, 'ssh.sock.0123456789abcdef');
    const server = createServer((client) => client.end('hello')).listen(socket);
    await once(server, 'listening');
    t.same(readdirSync(join(parent, made)).includes('ssh.sock.0123456789abcdef'), true, 'not cut off');
    const script = 'require("net").connect(process.argv[1]).pipe(process.stdout)';
    t.equal((await execa(process.execPath, ['-e', script, socket])).stdout, 'hello', 'another process reaches it');
    server.close();
    await workDir[Symbol.asyncDispose]();
    t.same(readdirSync(parent), [], 'nothing is left');
  }
});

t.test('mmdebstrap gets each path as it is', { skip: await lacks('perl') }, async (t) => {
  const SPLIT = 'use Text::ParseWords; print join "\\0", shellwords $ARGV[0]';
  for (const name of NAMES.filter((name) => !name.includes('\n'))) {
    const [overlay, customize] = [join('/', name, 'rootfs'), join('/', name, 'customize.sh')];
    const args = debian.buildRoot({ suites: ['trixie'], packages: [], root: '/mnt', overlay, customize });
    const [syncIn = '', script = ''] = args.flatMap((arg) => /^--customize-hook=(.*)$/s.exec(arg)?.[1] ?? []);
    t.same((await execa('perl', ['-e', SPLIT, syncIn])).stdout.split('\0'), ['sync-in', overlay, '/'], name);
    t.equal((await execa('sh', ['-c', `printf %s ${script}`, 'sh', ''])).stdout, customize);
  }
});

t.test('the key of a box, wherever Vagrant keeps it', async (t) => {
  for (const name of NAMES.filter((name) => name.trim() !== '' && !name.includes('\n'))) {
    const keyFile = join('/home', name, 'key');
    // As Vagrant's template has it (templates/commands/ssh_config/config.erb).
    const written = keyFile.includes(' ') ? `"${keyFile}"` : keyFile;
    const text = `Host default\n  HostName h\n  User vagrant\n  Port 22\n  IdentityFile ${written}\n  LogLevel FATAL\n`;
    t.equal(parseSshConfig(text).keyFile, keyFile, name);
  }
});

t.test('the cache and the ledger are absolute, and not in the working folder by an empty variable', async (t) => {
  for (const [name, dir] of [
    ['OOMDRILL_CACHE', cacheDir],
    ['OOMDRILL_STATE', stateDir],
  ] as const) {
    setVariable(t, name, '-rf');
    t.equal(dir(), resolve('-rf'));
    setVariable(t, name, '');
    t.match(dir(), /oomdrill$/);
  }
});
