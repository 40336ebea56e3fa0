// Lets node run this repository's TypeScript: tap loads it into each test (.taprc). esbuild takes the types off, a file in a millisecond,
// where tap's own loader starts the whole compiler for every test file.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { register } from 'node:module';
import { fileURLToPath } from 'node:url';
import { isMainThread } from 'node:worker_threads';
import { transform } from 'esbuild';

// Node runs hooks in a thread of their own, which loads this file once more.
if (isMainThread) register(import.meta.url);

/** Imports name what TypeScript compiles to, `x.js`; here that is `x.ts`. A mock's import has a query behind its path. */
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
