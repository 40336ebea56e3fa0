// Builds dist/: the harness (file by file), the report's page and the guest's programs for Node.js (one file each), and the guest's C
// programs. `--package` leaves out source maps, and refuses to leave out a program.
import { chmodSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, 'dist');
const isPackage = process.argv.includes('--package');

/** Tests with their builders and examples, and programs that are bundled below. */
const IS_NOT_SHIPPED = /\.(?:test|examples)\.ts$|^harness\/(?:testing|workload\/(?:t3\/stand-in|pod\/client))\//;

const FOLDERS = ['harness', 'scenarios'];

const sources = FOLDERS.flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true }).map((file) => join(folder, String(file))),
).filter((file) => file.endsWith('.ts') && !IS_NOT_SHIPPED.test(file));

// Entry points are relative: an absolute one with an asterisk is a pattern, and of one with a quote esbuild no longer sees
// that it is below the base.
for (const folder of FOLDERS) rmSync(join(dist, folder), { recursive: true, force: true });
await build({
  entryPoints: sources,
  outdir: dist,
  absWorkingDir: root,
  outbase: '.',
  format: 'esm',
  platform: 'node',
  target: 'node20',
  sourcemap: !isPackage,
  logLevel: 'warning',
});
chmodSync(join(dist, 'harness', 'cli.js'), 0o755);

// For the browser: report.js and report.css, which every report contains.
await build({
  absWorkingDir: root,
  entryPoints: { report: 'page/main.ts' },
  outdir: join(dist, 'page'),
  bundle: true,
  minify: true,
  format: 'iife',
  platform: 'browser',
  // The first versions whose DecompressionStream supports deflate-raw.
  target: ['chrome103', 'firefox113', 'safari16.4'],
  logLevel: 'warning',
});

// Debian 11, the oldest guest, has Node.js 12. CommonJS, because Node.js treats a file without extension as CommonJS.
for (const [name, source] of [
  ['t3', 't3/stand-in'],
  ['cri', 'pod/client'],
]) {
  const outfile = join(dist, 'guest', name);
  await build({
    absWorkingDir: root,
    entryPoints: [`harness/workload/${source}/main.ts`],
    outfile,
    bundle: true,
    minify: true,
    format: 'cjs',
    platform: 'node',
    target: 'node12',
    banner: { js: '#!/usr/bin/node' },
    // ws uses these native helpers only if they are installed.
    external: ['bufferutil', 'utf-8-validate'],
    logLevel: 'warning',
  });
  chmodSync(outfile, 0o755);
}
// The root package.json says "type": "module", which would apply here too; in the guest there is none.
writeFileSync(join(dist, 'guest', 'package.json'), '{ "type": "commonjs" }\n');

// The harness has just been built. Where a clone has no compiler, `./setup` installs one.
const { COMPILED_PROGRAMS, compileGuestProgram } = await import('../dist/harness/machine/guest-programs.js');
for (const program of COMPILED_PROGRAMS) {
  const file = join(dist, 'guest', program.name);
  try {
    await compileGuestProgram(program, file);
  } catch (thrown) {
    // One of an older source is worse than none.
    rmSync(file, { force: true });
    console.error(`build: ${thrown.message}`);
    if (isPackage || thrown.code !== 'TOOLKIT_MISSING') process.exit(1);
  }
}
