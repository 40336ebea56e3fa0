// Lets Node.js run this repository's TypeScript: tap loads it into each test (.taprc). esbuild removes the types, in a
// millisecond per file; tap's own loader would start the whole compiler for every test file. What it made is kept: most
// test files load the same hundreds of sources, each in a process of its own.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { register } from 'node:module';
import { fileURLToPath } from 'node:url';
import { isMainThread } from 'node:worker_threads';

// Node.js runs hooks in a separate thread, which loads this file again.
if (isMainThread) register(import.meta.url);

const CACHE = new URL('../node_modules/.cache/typescript-loader/', import.meta.url);

/** Another version of it may make something else. */
const esbuild = readFile(new URL('../node_modules/esbuild/package.json', import.meta.url), 'utf8');

/** Imports name the compiled file, `x.js`; its source is `x.ts`. A mock's import has a query after its path. */
export async function resolve(specifier, context, next) {
  if (!/^(?:\.|file:)/.test(specifier)) return next(specifier, context);
  const url = new URL(specifier, context.parentURL);
  const source = new URL(url);
  source.pathname = url.pathname.replace(/\.js$/, '.ts');
  const isSource = source.pathname.endsWith('.ts') && existsSync(fileURLToPath(source));
  return next((isSource ? source : url).href, context);
}

export async function load(url, context, next) {
  const { pathname } = new URL(url);
  if (!pathname.endsWith('.ts')) return next(url, context);
  const sourcefile = fileURLToPath(url);
  const options = { sourcefile, loader: 'ts', target: 'node20', sourcemap: 'inline' };
  const text = await readFile(sourcefile, 'utf8');
  return { format: 'module', source: await compile(text, options), shortCircuit: true };
}

async function compile(text, options) {
  const key = createHash('sha256')
    .update(JSON.stringify([await esbuild, options, text]))
    .digest('hex');
  const file = new URL(`${key}.js`, CACHE);
  const kept = await readFile(file, 'utf8').catch(() => undefined);
  if (kept !== undefined) return kept;
  const { transform } = await import('esbuild');
  const { code } = await transform(text, options);
  // Test files run side by side: one never sees what another has half written.
  const draft = new URL(`${key}.${process.pid}`, CACHE);
  await mkdir(CACHE, { recursive: true });
  await writeFile(draft, code);
  await rename(draft, file);
  return code;
}
