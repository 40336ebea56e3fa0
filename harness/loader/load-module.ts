import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Jiti } from 'jiti';
import { messageOf, OomdrillError, usageError } from '../core/errors.js';
import { parseJson } from '../core/json.js';
import { reportError } from '../core/report-error.js';

/** Names of files that `loadDefaultExport` reads. */
export const MODULE_FILE = /\.(?:ts|mts|js|mjs)$/;

/**
 * Loads a file of the user's, written in TypeScript, JavaScript or JSON, on any version of Node.js and without a build.
 * Its imports of `oomdrill` are this very instance of the library, wherever the file is and whatever is installed there.
 *
 * @param file as the user knows it, for the errors
 * @returns the default export, undefined if there is none; of a JSON file, its value
 * @throws OomdrillError `MODULE_MISSING`, `MODULE_LOAD`, with the file and the line, and those that the file itself
 *   throws by calling the library
 */
export async function loadDefaultExport(file: string): Promise<unknown> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw usageError('MODULE_MISSING', `Could not read ${file}: ${messageOf(cause)}.`, undefined, cause);
  });
  if (file.endsWith('.json')) return parseOrThrow(text, file);
  const path = resolve(file);
  const jiti = await createLoader(path);
  const onExit = () => reportEarlyExit(file);
  process.once('exit', onExit);
  try {
    const { default: exported } = await jiti.import<{ default?: unknown }>(path);
    return exported;
  } catch (thrown) {
    throw thrown instanceof OomdrillError ? thrown : describeLoadError(thrown, file);
  } finally {
    process.off('exit', onExit);
  }
}

/** The file calls process.exit(), or waits for what never comes: Node.js ends then, with status 13 and without a word. */
function reportEarlyExit(file: string): void {
  reportError(
    usageError('MODULE_LOAD', `${file} ended the program while it was loaded.`, 'Does it wait for something?'),
  );
  process.exitCode = 64;
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
    library.defineScenario(meta.url.startsWith('file:') ? meta : { url }, declaration);
  return createJiti(import.meta.url, {
    // It would be on disk, below node_modules.
    fsCache: false,
    interopDefault: false,
    virtualModules: { oomdrill: { ...library, defineScenario } },
  });
}

/** @throws OomdrillError `MODULE_LOAD` */
function parseOrThrow(text: string, file: string): unknown {
  // Some editors begin a file with a byte order mark.
  const { value, fault } = parseJson(text.replace(/^\uFEFF/, ''));
  if (fault === undefined) return value;
  throw usageError('MODULE_LOAD', `${file} is not JSON: ${messageOf(fault)}.`, 'Correct the file.', fault);
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
  const message = `${placeOf(thrown, file)} could not be loaded: ${why}.`;
  return usageError('MODULE_LOAD', message, 'Correct the file; OOMDRILL_DEBUG=1 shows the stack.', thrown);
}

/** The file, with the line that the error names. Its columns are those of the code that the loader made. */
function placeOf(thrown: unknown, file: string): string {
  const words = thrown instanceof Error ? `${thrown.message}\n${thrown.stack}` : '';
  const after = words.split(`${resolve(file)}:`)[1] ?? words.split(/data:text\/javascript;base64,[\w+/=]+:/)[1] ?? '';
  const line = /^\d+/.exec(after)?.[0];
  return line === undefined ? file : `${file}:${line}`;
}
