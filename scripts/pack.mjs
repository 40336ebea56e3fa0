// Completes dist/ for a package, after `scripts/build.mjs --package`: puts the catalogue's bundles into one archive, adds
// the declarations of what a user's code may import, and removes what only this repository loads. `npm pack` runs it.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
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
for (const file of reach(LIBRARY, '.d.ts', (file) => declarations.get(file))) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, declarations.get(file));
}

const started = [join(harness, 'cli'), ...filesIn(scenarios, '.js').map((file) => file.slice(0, -'.js'.length))];
const used = reach([...LIBRARY, ...started], '.js', (file) => readFileSync(file, 'utf8'));
for (const file of filesIn(harness, '.js')) if (!used.has(file)) rmSync(file);

function filesIn(folder, ending) {
  const names = readdirSync(folder, { recursive: true });
  return names.filter((name) => name.endsWith(ending)).map((name) => join(folder, name));
}

/** The files that these modules import, directly or not, at once or later; the modules themselves too. */
function reach(modules, ending, read) {
  const found = new Set();
  const queue = modules.map((module) => `${module}${ending}`);
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    if (found.has(file)) continue;
    found.add(file);
    for (const { fileName } of ts.preProcessFile(read(file), true, true).importedFiles)
      if (fileName.startsWith('.')) queue.push(join(dirname(file), fileName.replace(/\.js$/, ending)));
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
