import { rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { sleep } from '../core/deadline.js';
import { checkSeal, seal } from './image/seal.js';
import { Ledger } from './ledger.js';
import { withCacheLock } from './lock.js';

const dir = t.testdir({ state: {}, entry: { disk: 'x'.repeat(10_000), kernel: 'k' } });
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
  await Promise.all([withCacheLock(file, undefined, work('a')), withCacheLock(file, undefined, work('b'))]);
  t.match(log.join(), /^(a in,a out,b in,b out|b in,b out,a in,a out)$/);
  await t.rejects(
    withCacheLock(join(dir, 'entry', 'kernel', 'lock'), undefined, async () => {}),
    { code: 'LOCK' },
  );
});

t.test('directories below /proc, where nothing can be made', async (t) => {
  await t.rejects(
    withCacheLock('/proc/nowhere/lock', undefined, async () => {}),
    { code: 'LOCK', hint: /OOMDRILL_CACHE/ },
  );
  const { OOMDRILL_STATE } = process.env;
  process.env.OOMDRILL_STATE = '/proc/nowhere';
  t.teardown(() => {
    process.env.OOMDRILL_STATE = OOMDRILL_STATE;
  });
  await t.rejects(Ledger.open(), { code: 'LEDGER', message: '/proc/nowhere/ledger', hint: /OOMDRILL_STATE/ });
});
