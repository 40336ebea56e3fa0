import { join } from 'node:path';
import { build, type Metafile } from 'esbuild';
import t from 'tap';
import { assets } from './core/assets.js';

// What a file loads by being loaded: `--help` and each file of a scenario wait for it. The rest is imported when it is
// called.

/** Packages that a file of harness/ imports at once, by itself or by what it imports. */
async function packagesOf(file: string): Promise<string[]> {
  const { metafile } = await build({
    entryPoints: [join(assets.root, file)],
    bundle: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    splitting: true,
    outdir: 'unused',
    write: false,
    metafile: true,
    absWorkingDir: assets.root,
    logLevel: 'silent',
  });
  const packages = new Set<string>();
  collect(file, metafile.inputs, new Set(), packages);
  return [...packages].sort();
}

function collect(file: string, inputs: Metafile['inputs'], seen: Set<string>, packages: Set<string>): void {
  if (seen.has(file)) return;
  seen.add(file);
  for (const { path, kind, external } of inputs[file]?.imports ?? []) {
    if (kind === 'dynamic-import' || path.startsWith('node:')) continue;
    if (external) packages.add(path);
    else collect(path, inputs, seen, packages);
  }
}

t.test('the command line', async (t) => {
  t.same(await packagesOf('harness/cli.ts'), ['@bomb.sh/tab/commander', 'commander']);
});

t.test('the library', async (t) => {
  t.same(await packagesOf('harness/index.ts'), ['zod'], 'tap, above all, is not among them');
});
