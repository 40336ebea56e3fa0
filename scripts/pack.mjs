// Completes dist/ for a package, after `scripts/build.mjs --package`: puts the catalogue's bundles into one archive, adds
// the declarations of what a user's code may import, and joins the modules. `npm pack` runs it.
import { chmodSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import ts from 'typescript';
import { packArchive } from '../dist/harness/bundle/archive.js';
import { assets } from '../dist/harness/core/assets.js';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const harness = join(root, 'dist', 'harness');
const scenarios = join(root, 'dist', 'scenarios');

/** What may be imported from a package (`exports` in package.json). */
const LIBRARY = ['index', 'typescript'].map((name) => join(harness, name));

await packArchive(assets.bundle(), assets.bundleArchive);

const declarations = compileDeclarations();
for (const file of reachDeclarations()) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, declarations.get(file));
}

// What is left of the modules that are loaded one by one: a command starts faster from a few files, and what nothing
// imports is not in them. Parts are as deep as the modules were, which find our own folder by theirs.
const entries = [
  ...LIBRARY,
  join(harness, 'cli'),
  // A process of its own.
  join(harness, 'observe', 'load', 'process'),
  ...filesIn(scenarios, '.js').map((file) => file.slice(0, -'.js'.length)),
];
for (const file of filesIn(harness, '.js')) rmSync(file);
await build({
  entryPoints: entries.map((file) => `${relative(join(root, 'dist'), file)}.ts`),
  absWorkingDir: root,
  outdir: 'dist',
  outbase: '.',
  bundle: true,
  splitting: true,
  packages: 'external',
  chunkNames: 'harness/parts/[name]-[hash]',
  format: 'esm',
  platform: 'node',
  target: 'node20',
  minifyWhitespace: true,
  minifySyntax: true,
  logLevel: 'warning',
});
chmodSync(join(harness, 'cli.js'), 0o755);

function filesIn(folder, ending) {
  const names = readdirSync(folder, { recursive: true });
  return names.filter((name) => name.endsWith(ending)).map((name) => join(folder, name));
}

/** The declarations of the library, and those that they import, directly or not. */
function reachDeclarations() {
  const found = new Set();
  const queue = LIBRARY.map((module) => `${module}.d.ts`);
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    if (found.has(file)) continue;
    found.add(file);
    for (const { fileName } of ts.preProcessFile(declarations.get(file), true, true).importedFiles)
      if (fileName.startsWith('.')) queue.push(join(dirname(file), fileName.replace(/\.js$/, '.d.ts')));
  }
  return found;
}

/** The text of each declaration by its path: also of modules that no other declaration imports. */
function compileDeclarations() {
  const host = { ...ts.sys, onUnRecoverableConfigFileDiagnostic: fail };
  const { fileNames, options } = ts.getParsedCommandLineOfConfigFile(
    join(root, 'tsconfig.declarations.json'),
    {},
    host,
  );
  const program = ts.createProgram(fileNames, options);
  const texts = new Map();
  const { diagnostics } = program.emit(undefined, (file, text) => texts.set(file, text));
  for (const diagnostic of [...ts.getPreEmitDiagnostics(program), ...diagnostics]) fail(diagnostic);
  return texts;
}

function fail(diagnostic) {
  throw new Error(ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n'));
}
