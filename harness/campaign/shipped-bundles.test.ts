import { chmod, copyFile, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { packArchive } from '../bundle/archive.js';
import { assets } from '../core/assets.js';
import { readTree } from '../testing/read-tree.js';
import { shippedBundle, shippedBundleNames, shippedBundles } from './shipped-bundles.js';

const dir = t.testdir({ own: { 'bundle.json': '{}', run: '#!/bin/sh' } });
/** There is no such directory in a package. */
const none = join(dir, 'none');
const packed = { dir: none, archive: join(dir, 'bundles.tgz') };

/** Takes an empty cache. */
function useCache(cache: string): string {
  process.env.OOMDRILL_CACHE = cache;
  return cache;
}

t.before(async () => {
  await chmod(join(dir, 'own', 'run'), 0o755);
  await packArchive(assets.bundle(), packed.archive);
});
t.teardown(() => delete process.env.OOMDRILL_CACHE);

t.test('every bundle of a package is that of the repository: names, bytes and modes', async (t) => {
  useCache(join(dir, 'cache'));
  const expected = await readTree(assets.bundle());
  t.ok(
    Object.keys(expected).some((path) => path.includes('\\x2d')),
    'with a name that npm cannot pack',
  );
  const umask = process.umask(0o077);
  const restored = await shippedBundles(packed).finally(() => process.umask(umask));
  t.strictSame(await readTree(restored), expected);
  t.equal((await stat(restored)).mode & 0o777, 0o755, 'which others can read');
  t.strictSame(await shippedBundleNames(packed), (await readdir(assets.bundle())).sort());
  t.equal(await shippedBundle('devvm', packed), join(restored, 'devvm'));
  for (const name of ['none', '.', '..', '', 'devvm/etc']) t.equal(await shippedBundle(name, packed), undefined, name);
});

t.test('a clone has them as files', async (t) => {
  const cache = useCache(join(dir, 'unused'));
  t.equal(await shippedBundles(), assets.bundle());
  t.strictSame(await shippedBundleNames(), (await readdir(assets.bundle())).sort());
  await t.rejects(stat(cache), 'no cache is made');
});

t.test('an archive is the same whenever it is made, and keeps modes', async (t) => {
  useCache(join(dir, 'modes'));
  const archive = join(dir, 'again.tgz');
  await packArchive(assets.bundle(), archive);
  t.ok((await readFile(archive)).equals(await readFile(packed.archive)));
  // Not in the folder that is packed: it would grow while it is read.
  const outside = await mkdtemp(join(tmpdir(), 'oomdrill-test-'));
  t.teardown(() => rm(outside, { recursive: true }));
  const ofFolder = join(outside, 'folder.tgz');
  await packArchive(dir, ofFolder);
  const restored = await shippedBundles({ dir: none, archive: ofFolder });
  t.equal((await stat(join(restored, 'own', 'run'))).mode & 0o7777, 0o755);
});

t.test('several processes at a time, and one that was interrupted', async (t) => {
  const cache = useCache(join(dir, 'shared'));
  const left = join(cache, 'bundles', 'draft-000000', 'devvm');
  await mkdir(left, { recursive: true });
  await writeFile(join(left, 'bundle.json'), '{ "half":');
  const found = await Promise.all(Array.from({ length: 5 }, () => shippedBundles(packed)));
  t.equal(new Set(found).size, 1);
  t.strictSame(await readTree(found[0] ?? ''), await readTree(assets.bundle()));
  t.equal((await readdir(join(cache, 'bundles'))).length, 2, 'nothing remains of those that were late');
});

t.test('a damaged archive is an error, and nothing of it is used', async (t) => {
  const cache = useCache(join(dir, 'damaged'));
  const archive = join(dir, 'damaged.tgz');
  const whole = await readFile(packed.archive);
  const flipped = Buffer.from(whole);
  flipped[whole.length >> 1] = (flipped[whole.length >> 1] ?? 0) ^ 0xff;
  const damages = {
    truncated: whole.subarray(0, whole.length >> 1),
    'short of a byte': whole.subarray(0, -1),
    flipped,
    empty: Buffer.alloc(0),
    'a text': Buffer.from('not an archive\n'),
  };
  for (const [damage, bytes] of Object.entries(damages)) {
    await writeFile(archive, bytes);
    const expected = { code: 'ARCHIVE_DAMAGED', message: new RegExp(`${archive} is damaged: `), hint: /npm install/ };
    await t.rejects(shippedBundles({ dir: none, archive }), expected, damage);
    await t.rejects(shippedBundleNames({ dir: none, archive }), expected, damage);
  }
  await t.rejects(stat(cache), 'nothing is written');
  const gone = { dir: none, archive: none };
  await t.rejects(shippedBundles(gone), { code: 'ARCHIVE_MISSING' });
  await t.rejects(shippedBundleNames(gone), { code: 'ARCHIVE_MISSING' });
});

t.test('a cache that cannot be written is named', async (t) => {
  const file = join(dir, 'file');
  await copyFile(packed.archive, file);
  for (const cache of [file, '/proc/oomdrill']) {
    useCache(cache);
    const expected = { code: 'CACHE_WRITE', message: new RegExp(`the cache ${cache}: `), hint: /OOMDRILL_CACHE/ };
    await t.rejects(shippedBundles(packed), expected);
  }
});
