import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import t from 'tap';
import { sleep } from '../core/deadline.js';
import { checkSeal, seal } from './image/seal.js';
import { Ledger, type Resource, readLedger } from './ledger.js';
import { withLock } from './lock.js';
import { identify, isAlive } from './process.js';
import { MACHINES } from './providers.js';
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
  t.match((await readLedger()).pages[0]?.resources, [{ kind: 'dir', path: workDir.path }]);
  t.match(await reap(), { removed: [], stillRunning: 1 }, 'a living run is left alone');
  await workDir[Symbol.asyncDispose]();
  t.same(await readLedger(), { pages: [], unreadable: [] });
  t.notOk(existsSync(workDir.path));
});

/** A page of the ledger whose owner is dead. Gives its path. */
async function page(name: string, resources: unknown[]): Promise<string> {
  const file = join(dir, 'state', 'ledger', name);
  await mkdir(join(dir, 'state', 'ledger'), { recursive: true });
  await writeFile(file, JSON.stringify({ owner: { pid: 4_194_304, startTicks: '1' }, resources }));
  return file;
}

t.test('what a dead owner left is removed, and only that', async (t) => {
  const left = execa('sleep', ['1000'], { reject: false });
  const identity = await identify(left.pid ?? 0);
  if (!identity) throw new Error('the process is not there');
  await page('a.json', [
    { kind: 'dir', path: join(dir, 'held') },
    { kind: 'process', what: 'qemu', identity },
  ]);
  // The same PID, but another process: not ours to kill.
  await page('b.json', [{ kind: 'process', what: 'qemu', identity: { pid: process.pid, startTicks: '1' } }]);
  const { removed, failed } = await reap();
  t.same(failed, []);
  t.same(removed, [`process ${identity.pid} (qemu)`, `directory ${join(dir, 'held')}`]);
  t.equal((await left).signal, 'SIGKILL');
  t.notOk(await isAlive(identity));
  t.notOk(existsSync(join(dir, 'held')));
});

t.test('a page of the ledger that cannot be read is named, and left', async (t) => {
  const file = await page('c.json', []);
  for (const text of ['{"owner":', '{"owner":{},"resources":[]}']) {
    await writeFile(file, text);
    const { removed, failed } = await reap();
    t.same(removed, []);
    t.equal(failed.length, 1);
    t.match(failed[0], `the ledger's page ${file} names, which cannot be read`);
    t.equal(await readFile(file, 'utf8'), text);
  }
  await rm(file);
});

t.test('what a kind of machine left is removed by that kind alone', async (t) => {
  const file = await page('d.json', [{ kind: 'microvm', id: 7 }, { kind: 'domain' }]);
  const { removed, failed } = await reap();
  t.same(removed, []);
  t.match(failed, [/^a thing of kind "domain": what the ledger says/, /^a thing of kind "microvm": this version/]);
  t.ok(existsSync(file), 'not forgotten');
  await page('d.json', [{ kind: 'microvm', id: 7 }]);
  const [qemu] = MACHINES;
  if (!qemu) throw new Error('there is no kind of machine');
  const microvm = async ({ id }: Resource) => ({ name: `microvm ${id}`, remove: async () => true });
  t.same(await reap([{ ...qemu, leftovers: { microvm } }]), {
    removed: ['microvm 7'],
    failed: [],
    stillRunning: 0,
  });
  t.notOk(existsSync(file));
});

t.test('directories below /proc, where nothing can be made', async (t) => {
  await t.rejects(
    withLock('/proc/nowhere/lock', undefined, async () => {}),
    { code: 'LOCK', hint: /OOMDRILL_CACHE/ },
  );
  const { OOMDRILL_STATE } = process.env;
  process.env.OOMDRILL_STATE = '/proc/nowhere';
  t.teardown(() => {
    process.env.OOMDRILL_STATE = OOMDRILL_STATE;
  });
  await t.rejects(Ledger.open(), { code: 'LEDGER', message: '/proc/nowhere/ledger', hint: /OOMDRILL_STATE/ });
});
