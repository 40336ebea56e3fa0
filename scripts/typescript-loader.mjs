// Lets Node.js run this repository's TypeScript: tap loads it into each test (.taprc). esbuild removes the types, in a
// millisecond per file; tap's own loader would start the whole compiler for every test file.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { register } from 'node:module';
import { fileURLToPath } from 'node:url';
import { isMainThread } from 'node:worker_threads';
import { transform } from 'esbuild';

// Node.js runs hooks in a separate thread, which loads this file again.
if (isMainThread) register(import.meta.url);

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
  const text = await readFile(sourcefile, 'utf8');
  const { code } = await transform(text, { sourcefile, loader: 'ts', target: 'node20', sourcemap: 'inline' });
  return { format: 'module', source: code, shortCircuit: true };
}
