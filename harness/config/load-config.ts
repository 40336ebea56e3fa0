import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { messageOf, OomdrillError, usageError } from '../core/errors.js';
import { isObject } from '../core/format.js';
import { readTextFile } from '../core/read-text-file.js';

/** Names of the configuration file. In a folder with several the first of these is read. */
const CONFIG_FILES = [
  'oomdrill.config.ts',
  'oomdrill.config.js',
  'oomdrill.config.mjs',
  'oomdrill.config.json',
] as const;

/** A configuration file as it was read; its keys are not checked yet. */
export interface ConfigFile {
  /** Relative to the working folder, as people are shown it. */
  readonly file: string;
  /** The folder that paths in it are relative to. */
  readonly dir: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/**
 * Finds the configuration file of a folder: in it, or in the next folder above it that has one. The search ends at the
 * home directory, or at the root where the folder is not below it.
 *
 * @returns its path, undefined if there is none
 * @throws OomdrillError `CONFIG_READ`
 */
async function findConfigFile(folder: string): Promise<string | undefined> {
  for (let dir = resolveFolder(folder); ; dir = dirname(dir)) {
    const file = CONFIG_FILES.map((name) => join(dir, name)).find((path) => existsSync(path));
    if (file !== undefined) await checkReadable(file);
    if (file !== undefined || dir === homedir() || dir === dirname(dir)) return file;
  }
}

function resolveFolder(folder: string): string {
  try {
    return resolve(folder);
  } catch (cause) {
    throw usageError('CONFIG_READ', 'The working folder is gone.', 'Go to one that is there.', cause);
  }
}

/** The loader of modules reads it again, in its own way. @throws OomdrillError `CONFIG_READ` */
async function checkReadable(file: string): Promise<void> {
  const hint = `It is named ${CONFIG_FILES.join(', ')}, and must be a file that you may read, there or in a folder above.`;
  await readTextFile(file, { what: 'configuration', code: 'CONFIG_READ', hint });
}

/** @throws OomdrillError `CONFIG_INVALID`, and those of `loadDefaultExport` */
async function loadValues(file: string): Promise<ConfigFile['values']> {
  const { loadDefaultExport } = await import('../loader/load-module.js');
  const values = await loadDefaultExport(file);
  if (isObject(values)) return valuesOf(values, file);
  const must = file.endsWith('.json') ? 'hold an object' : 'export an object as its default';
  throw usageError(
    'CONFIG_INVALID',
    `${file} must ${must}.`,
    file.endsWith('.json') ? 'For example: { "scale": 8 }' : 'For example: export default defineConfig({ scale: 8 });',
  );
}

/** The configuration file of a folder, if there is one, or why it could not be read. */
export interface FoundConfig {
  /** As `ConfigFile` has it; undefined if there is none. */
  readonly file?: string | undefined;
  readonly config?: ConfigFile | undefined;
  readonly fault?: OomdrillError | undefined;
}

/** Finds and loads a configuration file. One that cannot be read is not an error yet: some commands do without it. */
export async function findConfig(folder: string): Promise<FoundConfig> {
  let file: string | undefined;
  try {
    const path = await findConfigFile(folder);
    if (path === undefined) return {};
    file = relative('', path);
    return { file, config: { file, dir: dirname(path), values: await loadValues(file) } };
  } catch (fault) {
    if (fault instanceof OomdrillError) return { file, fault };
    throw fault;
  }
}

/** @throws OomdrillError `CONFIG_INVALID` for a key that throws when it is read */
function valuesOf(values: ConfigFile['values'], file: string): ConfigFile['values'] {
  try {
    return { ...values };
  } catch (cause) {
    throw usageError('CONFIG_INVALID', `${file} could not be read: ${messageOf(cause)}.`, 'Correct the file.', cause);
  }
}
