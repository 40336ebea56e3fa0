import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { listBundleFiles } from '../../bundle/bundle.js';
import { loadBundle } from '../../bundle/load.js';
import { writeBundle } from '../../bundle/write.js';
import { assets } from '../../core/assets.js';
import { standInOf } from '../stand-ins.js';
import { DEVVM_BUNDLES } from './devvm.js';
import { T3 } from './t3.js';

t.test('the fixtures are what the generator gives, byte for byte', async (t) => {
  for (const bundle of DEVVM_BUNDLES) {
    const root = assets.bundle(bundle.name);
    for (const { path, text } of listBundleFiles(bundle))
      t.equal(await readFile(join(root, path), 'utf8'), text, `${bundle.name}/${path}`);
    const entries = await readdir(root, { recursive: true, withFileTypes: true });
    t.equal(entries.filter((entry) => entry.isFile()).length, listBundleFiles(bundle).length, 'and nothing else');
  }
});

t.test('what is written is what is loaded', async (t) => {
  const dir = t.testdir();
  for (const bundle of DEVVM_BUNDLES) {
    await writeBundle(bundle, dir);
    const { files, unknownKeys, ...loaded } = await loadBundle(join(dir, bundle.name));
    const byPath = (a: { path: string }, b: { path: string }) => (a.path < b.path ? -1 : 1);
    t.same(unknownKeys, []);
    t.same({ ...loaded, files: files.toSorted(byPath) }, { ...bundle, files: bundle.files.toSorted(byPath) });
  }
});

t.test('they are served by its stand-in, and so is the one that single values are tried against', async (t) => {
  for (const bundle of DEVVM_BUNDLES) t.equal(standInOf(bundle), T3, bundle.name);
  t.ok(DEVVM_BUNDLES.some(({ name }) => name === T3.bundle));
});
