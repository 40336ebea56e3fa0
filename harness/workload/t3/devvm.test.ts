import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { listBundleFiles } from '../../bundle/bundle.js';
import { loadBundle } from '../../bundle/load.js';
import { writeBundle } from '../../bundle/write.js';
import { assets } from '../../core/assets.js';
import { findStandIn } from '../stand-ins.js';
import { DEVVM_BUNDLES } from './devvm.js';
import { T3 } from './t3.js';

t.test('the bundles in fixtures/ are up to date, byte for byte', async (t) => {
  for (const bundle of DEVVM_BUNDLES) {
    const root = assets.bundle(bundle.name);
    for (const { path, text } of listBundleFiles(bundle))
      t.equal(await readFile(join(root, path), 'utf8'), text, `${bundle.name}/${path}`);
    const entries = await readdir(root, { recursive: true, withFileTypes: true });
    t.equal(entries.filter((entry) => entry.isFile()).length, listBundleFiles(bundle).length, 'and no other files');
  }
});

t.test('a bundle that is written and loaded is the same', async (t) => {
  const dir = t.testdir();
  for (const bundle of DEVVM_BUNDLES) {
    await writeBundle(bundle, dir);
    const { files, unknownKeys, ...loaded } = await loadBundle(join(dir, bundle.name));
    const byPath = (a: { path: string }, b: { path: string }) => (a.path < b.path ? -1 : 1);
    t.same(unknownKeys, []);
    t.same({ ...loaded, files: files.toSorted(byPath) }, { ...bundle, files: bundle.files.toSorted(byPath) });
  }
});

t.test('every bundle has the stand-in T3, and one of them is the bundle for single values', async (t) => {
  for (const bundle of DEVVM_BUNDLES) t.equal(findStandIn(bundle), T3, bundle.name);
  t.ok(DEVVM_BUNDLES.some(({ name }) => name === T3.bundle));
});
