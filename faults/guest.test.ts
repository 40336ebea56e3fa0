import { createServer } from 'node:net';
import { join } from 'node:path';
import { execa } from 'execa';
import t from 'tap';
import { loadBundle } from '../harness/bundle/load.js';
import { scaleBundle } from '../harness/bundle/scale.js';
import { assets } from '../harness/core/assets.js';
import { pollUntil } from '../harness/core/deadline.js';
import { installBundle, verifyWorkload } from '../harness/drill/guest/install.js';
import { startServer } from '../harness/drill/guest/server.js';
import type { Machine } from '../harness/machine/machine.js';
import { makeKey, Ssh } from '../harness/machine/ssh.js';
import { makeWorkDir } from '../harness/machine/workdir.js';
import { createWorkload } from '../harness/workload/kinds.js';
import { createGuestSource } from './hosts/guest-source.js';

t.setTimeout(600_000);

const { signal } = new AbortController();
const { source, ledger } = await createGuestSource(signal);

/** Runs `work` on a fresh guest. */
async function onGuest(work: (machine: Machine, workDir: string) => Promise<void>): Promise<void> {
  await using workDir = await makeWorkDir(ledger);
  await using machine = await source.start({
    workDir: workDir.path,
    signal,
    changes: { unit: 'none', files: [], trees: [], made: [] },
  });
  await work(machine, workDir.path);
}

t.test("a kernel panic is reported in the kernel's own words", async (t) => {
  await onGuest(async (machine) => {
    await t.rejects(machine.exec(['sh', '-c', 'echo c >/proc/sysrq-trigger; sleep 30'], { reason: 'a panic' }));
    await pollUntil(async () => (machine.died.aborted ? true : undefined), {
      reason: 'the panic to be seen',
      timeoutMs: 30_000,
    });
    t.match(machine.died.reason, { code: 'GUEST_PANIC', message: /sysrq triggered crash/i });
  });
});

t.test("a strict umask here is not the guest's", async (t) => {
  const before = process.umask(0o077);
  t.teardown(() => process.umask(before));
  await onGuest(async (machine, workDir) => {
    const bundle = scaleBundle(await loadBundle(assets.bundle('devvm')), 8);
    await installBundle(machine, bundle, createWorkload(bundle, { scale: 8 }), { workDir, signal });
    const { stdout } = await machine.exec(
      ['stat', '--format=%a', '/', '/etc', '/etc/t3-serve', '/etc/t3-serve/alice.env'],
      { reason: 'the modes', signal },
    );
    t.equal(stdout, '755\n755\n755\n644\n');
  });
});

t.test('a unit that systemd rejects, and one that fails', async (t) => {
  await onGuest(async (machine, workDir) => {
    const bundle = scaleBundle(await loadBundle(assets.bundle('devvm')), 8);
    const withStart = (command: string) => ({
      ...bundle,
      files: bundle.files.map(({ path, text }) => ({
        path,
        text: text.replace(/^ExecStart=.*$/m, `ExecStart=${command}`),
      })),
    });
    const start = async (command: string) => {
      const started = withStart(command);
      const workload = createWorkload(started, { scale: 8 });
      await installBundle(machine, started, workload, { workDir, signal });
      await startServer(machine, workload, { readyMs: 300_000, progress: () => {}, signal });
      // systemd starts a simple service whose program is not there, and learns of it later.
      await verifyWorkload(machine, workload, signal);
    };
    await t.rejects(start('relative/path'), { code: 'UNIT_REJECTED', kind: 'usage', message: /relative\/path/ });
    await t.rejects(start('/usr/bin/no-such-server'), { code: 'UNIT_REJECTED', message: /no-such-server/ });
  });
});

t.test('ssh that never answers', async (t) => {
  // Takes connections and says nothing, as a guest that thrashes does.
  const silent = createServer(() => {}).listen(0, '127.0.0.1');
  t.teardown(() => silent.close());
  await using workDir = await makeWorkDir(ledger);
  const keyFile = join(workDir.path, 'key');
  await makeKey(keyFile);
  const { port } = silent.address() as { port: number };
  const ssh = new Ssh({ host: '127.0.0.1', port, user: 'root', keyFile }, workDir.path);
  await t.rejects(ssh.open(3_000, signal), { code: 'SSH_SILENT', hint: /console\.log/ });
});

t.test('an image that is damaged is noticed', async (t) => {
  const cli = assets.cli;
  const { stdout } = await execa('node', [cli, 'image', 'list', '--json', '-']);
  const image = JSON.parse(stdout).entries.find(({ kind }: { kind: string }) => kind === 'image');
  const cache = t.testdir({ images: {} });
  await execa('cp', ['-r', '--sparse=always', '--', image.dir, join(cache, 'images')]);
  const copy = join(cache, 'images', image.name);
  const whole = async () =>
    JSON.parse((await execa('node', [cli, 'image', 'list', '--json', '-'], { env: { OOMDRILL_CACHE: cache } })).stdout)
      .entries[0].whole;
  t.equal(await whole(), true, 'a faithful copy');
  await execa('truncate', ['--size=-1', join(copy, 'vmlinuz')]);
  t.equal(await whole(), false, 'a byte is missing');
});
