import { readdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import t from 'tap';
import { assets } from '../harness/core/assets.js';
import { ensureLibvirt, waitForIdleLibvirt } from '../harness/machine/vagrant/libvirt.js';
import { STACK_LINE } from '../harness/testing/stack-line.js';

// What is said where Vagrant cannot make a machine. Each case is real: a vagrant without plug-ins, a Vagrantfile that does not parse.

t.setTimeout(600_000);

const cli = assets.cli;
const dir = t.testdir({
  bin: {},
  state: {},
  out: {},
  Vagrantfile: 'Vagrant.configure("2") do |config|\n  config.vm.box =\n',
});

/** Every program of the usual folders but one. */
async function pathWithout(missing: string): Promise<string> {
  const bin = join(dir, 'bin', missing);
  await execa('mkdir', [bin]);
  for (const folder of ['/sbin', '/usr/sbin', '/bin', '/usr/bin']) {
    for (const name of await readdir(folder)) {
      if (name !== missing) await symlink(join(folder, name), join(bin, name)).catch(() => {});
    }
  }
  return bin;
}

const startDrill = (env: Record<string, string> = {}) =>
  execa(
    process.execPath,
    [cli, 'run', '2026-07-02-fixed', '--machine', 'vagrant', '--out', join(dir, 'out'), '--json', '-'],
    { env: { OOMDRILL_STATE: join(dir, 'state'), NO_COLOR: '1', ...env }, reject: false },
  );

const domains = async () =>
  (await execa('virsh', ['--connect', 'qemu:///system', 'list', '--all', '--name'])).stdout.split('\n').sort();

if ((await execa('vagrant', ['--version'], { reject: false })).failed) {
  t.pass('skipped: vagrant is not installed', { skip: 'npx oomdrill setup vagrant' });
} else {
  const cases: [string, string, RegExp, Record<string, string>][] = [
    ['its plug-in is missing', 'VAGRANT_PLUGIN', /setup vagrant/, { VAGRANT_NO_PLUGINS: '1' }],
    ['there is no such box', 'VAGRANT_BOX', /image box/, { OOMDRILL_BOX: 'oomdrill/no-such-box' }],
    ['the Vagrantfile does not parse', 'VAGRANTFILE', /git diff/, { VAGRANT_VAGRANTFILE: join(dir, 'Vagrantfile') }],
  ];
  for (const [what, code, hint, env] of cases) {
    t.test(what, async (t) => {
      const { exitCode, stdout, stderr } = await startDrill(env);
      t.equal(exitCode, 2);
      t.match(JSON.parse(stdout).runs?.[0], { verdict: 'error', outcome: null, error: { code, hint } });
      t.notMatch(stderr, STACK_LINE, 'no stack trace');
    });
  }

  for (const missing of ['vagrant', 'virsh']) {
    t.test(`${missing} is not installed`, async (t) => {
      const { exitCode, stdout } = await startDrill({ PATH: await pathWithout(missing) });
      t.equal(exitCode, 2);
      const message = new RegExp(`not installed: ${missing}\\.$`);
      t.match(JSON.parse(stdout), { error: { code: 'PROGRAMS_MISSING', message, hint: /setup vagrant/ } });
    });
  }

  t.test('Ctrl-C while Vagrant makes the machine', async (t) => {
    await ensureLibvirt(new AbortController().signal);
    const before = await domains();
    const run = startDrill();
    createInterface({ input: run.stderr }).on('line', (line) => {
      // By then it waits for libvirt, which goes on with the domain when its client is dead.
      if (/vagrant up/.test(line)) setTimeout(() => run.kill('SIGINT'), 20_000);
    });
    t.match(await run, { exitCode: 2, stderr: /INTERRUPTED/ });
    await waitForIdleLibvirt();
    t.same(await domains(), before);
  });

  t.test('nothing is left of them', async (t) => {
    const { stdout } = await execa(process.execPath, [cli, 'reap'], { env: { OOMDRILL_STATE: join(dir, 'state') } });
    t.match(stdout, /nothing was left behind/);
  });
}
