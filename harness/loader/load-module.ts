import { relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { types } from 'node:util';
import type { Jiti } from 'jiti';
import { messageOf, OomdrillError, usageError } from '../core/errors.js';
import { parseJson } from '../core/json.js';
import { readTextFile } from '../core/read-text-file.js';
import { guardLoad } from './guard-load.js';

/** Names of files that `loadDefaultExport` reads. */
export const MODULE_FILE = /\.(?:ts|mts|js|mjs)$/;

/**
 * Loads a file of the user's, written in TypeScript, JavaScript or JSON, on any version of Node.js and without a build.
 * Its imports of `oomdrill` are this very instance of the library, wherever the file is and whatever is installed there.
 *
 * @param file as the user knows it, for the errors
 * @returns the default export or `module.exports`, undefined if there is none; of a JSON file, its value. What a promise
 *   comes to, in place of it
 * @throws OomdrillError `MODULE_MISSING`, `MODULE_LOAD`, with the file and the line, and those that the file itself
 *   throws by calling the library
 */
export function loadDefaultExport(file: string): Promise<unknown> {
  return importFile(file, guardLoad);
}

/**
 * The same of a file that is the program itself: it may take its time, as a drill does, and end the process.
 *
 * @throws OomdrillError those of `loadDefaultExport`
 */
export function runDefaultExport(file: string): Promise<unknown> {
  return importFile(file, (_, load) => load());
}

async function importFile(file: string, wait: typeof guardLoad): Promise<unknown> {
  const hint = 'Check the path, and the permissions of the file.';
  const text = await readTextFile(file, { code: 'MODULE_MISSING', hint });
  if (file.endsWith('.json')) return parseOrThrow(text, file);
  const path = resolve(file);
  if (path.includes('\\')) throw backslashError(path);
  const jiti = await createLoader(path);
  try {
    return await wait(file, async () => exportOf(await jiti.import(path)));
  } catch (thrown) {
    throw thrown instanceof OomdrillError ? thrown : describeLoadError(thrown, file);
  }
}

/** The loader takes each backslash for a slash, as on Windows. */
const backslashError = (path: string): OomdrillError =>
  usageError(
    'MODULE_LOAD',
    `${path} cannot be loaded: there is a backslash in its path.`,
    'Move it to a folder without one.',
  );

/** What a file exports: an ES module its default; one of CommonJS `module.exports`, which is empty if it says nothing. */
function exportOf(loaded: unknown): unknown {
  if (typeof loaded !== 'object' || loaded === null) return loaded;
  if (types.isModuleNamespaceObject(loaded) || '__esModule' in loaded) return (loaded as { default?: unknown }).default;
  return Object.keys(loaded).length === 0 ? undefined : loaded;
}

/**
 * The loader of one file.
 *
 * It gives a file that hands on `import.meta` as a whole, as scenarios do, that of its own data: URL: then `defineScenario`
 * gets the file's own.
 */
async function createLoader(path: string): Promise<Jiti> {
  const [{ createJiti }, library] = await Promise.all([import('jiti'), import('../index.js')]);
  const { href: url } = pathToFileURL(path);
  const defineScenario: typeof library.defineScenario = (meta, declaration) =>
    library.defineScenario(/^data:/.test(meta?.url) ? { url } : meta, declaration);
  return createJiti(import.meta.url, {
    // It would be on disk, below node_modules.
    fsCache: false,
    interopDefault: false,
    virtualModules: { oomdrill: { ...library, defineScenario } },
  });
}

/** @throws OomdrillError `MODULE_LOAD` */
function parseOrThrow(text: string, file: string): unknown {
  const { value, fault } = parseJson(text);
  if (fault === undefined) return value;
  // Without the text around the place, which may have many lines.
  const why = messageOf(fault).replace(/, (?:\.\.\.)?".*$/, '');
  const hint = /^[ \t]*\/[/*]/m.test(text)
    ? 'JSON has no comments: a file in TypeScript may have some.'
    : 'Correct the file.';
  throw usageError('MODULE_LOAD', `${file} is not JSON: ${why}.`, hint, fault);
}

function describeLoadError(thrown: unknown, file: string): OomdrillError {
  const missing = /^Cannot find (?:module|package) '([^']+)'/.exec(messageOf(thrown))?.[1];
  if (missing !== undefined) {
    const hint = /^[./]/.test(missing)
      ? 'A path is relative to the file that imports it.'
      : `Install it next to the file: npm install ${missing}`;
    return usageError(
      'MODULE_LOAD',
      `${file} could not be loaded: it imports ${missing}, which is not there.`,
      hint,
      thrown,
    );
  }
  const why = messageOf(thrown)
    .replace(/^ParseError: /, '')
    .trim()
    .replace(/\.$/, '');
  const message = `${whereThrown(thrown, file)}: ${why}.`;
  return usageError('MODULE_LOAD', message, 'Correct the file; OOMDRILL_DEBUG=1 shows the stack.', thrown);
}

/** oomdrill's own code, which is in the stack of what it calls. */
const OURS = fileURLToPath(new URL('..', import.meta.url));

/** `a.ts:3 could not be loaded`, with what a file that it imports has to do with it. */
function whereThrown(thrown: unknown, file: string): string {
  const place = placeOf(thrown, file);
  if (place === undefined) return `${file} could not be loaded`;
  const [path, line] = place;
  if (path === resolve(file)) return `${file}:${line} could not be loaded`;
  return `${file} could not be loaded: ${relative('', path)}:${line}`;
}

/**
 * The first place of the user's that an error names, as path and line. Its columns are those of the code that the loader
 * made; a file that hands on `import.meta` has no name there.
 */
function placeOf(thrown: unknown, file: string): [path: string, line: string] | undefined {
  const words = thrown instanceof Error ? `${thrown.message}\n${thrown.stack}` : '';
  for (const [, path = '', line = ''] of words.matchAll(
    /(?:\/\/)?(data:text\/javascript|\/[^\n():]+)(?:;base64,[\w+/=]+)?:(\d+)/g,
  )) {
    if (path.startsWith('data:')) return [resolve(file), line];
    if (!path.startsWith(OURS) && !path.includes('/node_modules/')) return [path, line];
  }
  return undefined;
}
