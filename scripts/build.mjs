// Builds dist/: the harness (one file for one file), the report's page and the t3 stand-in (each in one piece), and the guest's C programs.
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, 'dist');

/** Tests, their builders and examples, and what is bundled below into one program. */
const IS_NOT_SHIPPED = /\.(?:test|examples)\.ts$|\/harness\/(?:testing|workload\/t3\/stand-in)\//;

const sources = ['harness', 'scenarios', 'bench']
  .filter((folder) => existsSync(join(root, folder)))
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true }).map((file) => join(root, folder, String(file))),
  )
  .filter((file) => file.endsWith('.ts') && !IS_NOT_SHIPPED.test(file));

for (const folder of ['harness', 'scenarios', 'bench']) rmSync(join(dist, folder), { recursive: true, force: true });
await build({
  entryPoints: sources,
  outdir: dist,
  outbase: root,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  sourcemap: true,
  logLevel: 'warning',
});
chmodSync(join(dist, 'harness', 'cli.js'), 0o755);

// What runs in the browser that a report is opened in: report.js and report.css, which are put into every report.
await build({
  entryPoints: { report: join(root, 'page/main.ts') },
  outdir: join(dist, 'page'),
  bundle: true,
  minify: true,
  format: 'iife',
  platform: 'browser',
  // The first ones whose DecompressionStream knows deflate-raw.
  target: ['chrome103', 'firefox113', 'safari16.4'],
  logLevel: 'warning',
});

// Debian 12's node is 18. CommonJS, because a file without extension is that to every node.
const t3 = join(dist, 'guest', 't3');
await build({
  entryPoints: [join(root, 'harness/workload/t3/stand-in/main.ts')],
  outfile: t3,
  bundle: true,
  minify: true,
  format: 'cjs',
  platform: 'node',
  target: 'node18',
  banner: { js: '#!/usr/bin/node' },
  // ws uses these native helpers only where they are installed.
  external: ['bufferutil', 'utf-8-validate'],
  logLevel: 'warning',
});
chmodSync(t3, 0o755);
// Here, below a package of modules, a file without extension would be one; in the guest it stands alone.
writeFileSync(join(dist, 'guest', 'package.json'), '{ "type": "commonjs" }\n');

for (const name of ['hog', 'sampler']) {
  const source = join(root, 'guest', `${name}.c`);
  const program = join(dist, 'guest', `oomdrill-${name}`);
  if (existsSync(program) && statSync(program).mtimeMs > statSync(source).mtimeMs) continue;
  mkdirSync(dirname(program), { recursive: true });
  try {
    execFileSync('gcc', ['-O2', '-static', '-Wall', '-Wextra', '-Werror', '-o', program, source], { stdio: 'inherit' });
  } catch {
    console.error(`build: ${name}.c could not be compiled. Hint: apt-get install gcc libc6-dev`);
    process.exit(1);
  }
}
