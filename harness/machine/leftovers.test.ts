import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import t from 'tap';
import { sleep } from '../core/deadline.js';
import { checkSeal, seal } from './image/seal.js';
import { Ledger, readLedger } from './ledger.js';
import { withLock } from './lock.js';
import { identify, isAlive } from './process.js';
import { reap } from './reap.js';
import { makeWorkDir } from './workdir.js';

const dir = t.testdir({ state: {}, entry: { disk: 'x'.repeat(10_000), kernel: 'k' }, held: { file: '' } });
process.env.OOMDRILL_STATE = join(dir, 'state');

t.test('a sealed entry is trusted while it is whole', async (t) => {
  const entry = join(dir, 'entry');
  t.equal(await checkSeal(entry), undefined, 'not before it is sealed');
  await seal(entry, ['disk', 'kernel'], { guest: 'trixie' });
  t.match(await checkSeal(entry), { facts: { guest: 'trixie' } });
  await utimes(join(entry, 'disk'), new Date(), new Date());
  t.ok(await checkSeal(entry), 'touched, but the same');
  await writeFile(join(entry, 'disk'), 'y'.repeat(10_000));
  t.equal(await checkSeal(entry), undefined, 'another content of the same size');
  await seal(entry, ['disk', 'kernel'], {});
  await truncate(join(entry, 'disk'), 9_999);
  t.equal(await checkSeal(entry), undefined, 'cut off');
  await rm(join(entry, 'disk'));
  t.equal(await checkSeal(entry), undefined, 'gone');
});

t.test('two that want a lock have it one after the other', async (t) => {
  const log: string[] = [];
  const work = (name: string) => async () => {
    log.push(`${name} in`);
    await sleep(50);
    log.push(`${name} out`);
  };
  const file = join(dir, 'deep', 'lock');
  await Promise.all([withLock(file, undefined, work('a')), withLock(file, undefined, work('b'))]);
  t.match(log.join(), /^(a in,a out,b in,b out|b in,b out,a in,a out)$/);
  await t.rejects(
    withLock(join(dir, 'entry', 'kernel', 'lock'), undefined, async () => {}),
    { code: 'LOCK' },
  );
});

t.test('a work directory is in the ledger while it is there', async (t) => {
  const ledger = await Ledger.open();
  const workDir = await makeWorkDir(ledger);
  t.match((await readLedger())[0]?.resources, [{ kind: 'dir', path: workDir.path }]);
  t.match(await reap(), { removed: [], stillRunning: 1 }, 'a living run is left alone');
  await workDir[Symbol.asyncDispose]();
  t.same(await readLedger(), []);
  t.notOk(existsSync(workDir.path));
});

t.test('what a dead owner left is taken away, and only that', async (t) => {
  const left = execa('sleep', ['1000'], { reject: false });
  const identity = await identify(left.pid ?? 0);
  if (!identity) throw new Error('the process is not there');
  const page = (name: string, resources: unknown[]) =>
    writeFile(
      join(dir, 'state', 'ledger', name),
      JSON.stringify({ owner: { pid: 4_194_304, startTicks: '1' }, resources }),
    );
  await mkdir(join(dir, 'state', 'ledger'), { recursive: true });
  await page('a.json', [
    { kind: 'dir', path: join(dir, 'held') },
    { kind: 'process', what: 'qemu', identity },
  ]);
  // The same PID, but another process: not ours to kill.
  await page('b.json', [{ kind: 'process', what: 'qemu', identity: { pid: process.pid, startTicks: '1' } }]);
  await writeFile(join(dir, 'state', 'ledger', 'c.json'), '{"owner":');
  const { removed, failed } = await reap();
  t.same(failed, []);
  t.same(removed, [`process ${identity.pid} (qemu)`, `directory ${join(dir, 'held')}`]);
  t.equal((await left).signal, 'SIGKILL');
  t.notOk(await isAlive(identity));
  t.notOk(existsSync(join(dir, 'held')));
  t.match(
    await readFile(join(dir, 'state', 'ledger', 'c.json'), 'utf8'),
    /owner/,
    'a page that cannot be read is left',
  );
});
