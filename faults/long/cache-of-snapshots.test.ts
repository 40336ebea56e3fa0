import { readdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import t, { type Test } from 'tap';
import { assets } from '../../harness/core/assets.js';
import { sleep } from '../../harness/core/deadline.js';
import { cacheDir } from '../../harness/machine/places.js';
import { STACK_LINE } from '../../harness/testing/stack-line.js';

// What becomes of a snapshot of a settled server when its maker dies, or its disk is full, while it is made.

t.setTimeout(600_000);

const dir = t.testdir({ cache: {}, state: {}, out: {} });
const cache = join(dir, 'cache');
const skip = process.getuid?.() !== 0 && 'a small disk can be mounted by root alone';

/** Room for a guest just after its boot, and for one whose server has settled, of 3 GiB: a disk in memory has no holes once they are read. */
const DISK_MIB = 4_200;

const startDrill = (...more: readonly string[]) =>
  execa(
    process.execPath,
    [assets.cli, 'run', '2026-07-02-fixed', '--scale', '1/8', '--out', join(dir, 'out'), ...more],
    { env: { OOMDRILL_CACHE: cache, OOMDRILL_STATE: join(dir, 'state'), NO_COLOR: '1' }, reject: false },
  );

/** Names of the states that are there, and of those that are half made. */
const states = async () =>
  (await readdir(join(cache, 'snapshots'))).filter((name) => /-settled-[0-9a-f]+(?:\.draft)?$/.test(name));

async function drill(t: Test, says: RegExp) {
  const { exitCode, stdout, stderr } = await startDrill();
  t.equal(exitCode, 0, `${stdout}\n${stderr}`.slice(-4_000));
  t.match(stderr, says);
  t.notMatch(stderr, STACK_LINE, 'no stack trace');
}

t.test('snapshots that could not be made', { skip }, async (t) => {
  await execa('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MIB}m,mode=700`, 'oomdrill-test', cache]);
  t.teardown(() => execa('umount', [cache], { reject: false }));
  await symlink(join(cacheDir(), 'images'), join(cache, 'images'));

  await t.test('kill -9 of the one that makes it', async (t) => {
    const run = startDrill('--repeat', '2');
    createInterface({ input: run.stderr }).on('line', async (line) => {
      if (!/preparing a guest in which the server/.test(line)) return;
      await sleep(2_000);
      run.kill('SIGKILL');
    });
    t.match(await run, { signal: 'SIGKILL' });
    t.ok(
      (await states()).every((name) => name.endsWith('.draft')),
      'nothing that looks whole',
    );
  });

  await t.test('a disk that is full', async (t) => {
    // What the killed one left would make room for the next one when it is removed.
    for (const half of await states()) await execa('rm', ['-r', join(cache, 'snapshots', half)]);
    const filler = join(cache, 'filler');
    const { stdout } = await execa('du', ['--summarize', '--one-file-system', '--block-size=1M', cache]);
    const most = DISK_MIB - Number.parseInt(stdout, 10) - 60;
    // The killed one's guest holds what it wrote until it is dead too.
    while ((await execa('fallocate', ['--length', `${most}M`, filler], { reject: false })).failed) await sleep(100);
    await drill(t, /starting from the guest just after its boot instead/);
    t.same(await states(), [], 'nothing is left of it');
    await execa('rm', [filler]);
  });

  await t.test('it is made when there is room again', async (t) => {
    await drill(t, /the server has settled, and a snapshot was made of it/);
    t.equal((await states()).length, 1);
  });

  await t.test('nothing is left of them', async (t) => {
    const { stdout } = await execa(process.execPath, [assets.cli, 'reap'], {
      env: { OOMDRILL_STATE: join(dir, 'state') },
    });
    t.match(stdout, /nothing was left behind/);
  });
});
