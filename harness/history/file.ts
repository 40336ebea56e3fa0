import { existsSync } from 'node:fs';
import { appendFile, mkdir, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { machineError, messageOf, type OomdrillError, usageError } from '../core/errors.js';
import { toCurrentVersion } from '../core/format.js';
import { parseJson } from '../core/json.js';
import { HISTORY_SCHEMA, type HistoryEntry, historyEntrySchema } from './schema.js';

/** The content of a history file. */
export interface History {
  /** The oldest first. */
  readonly entries: readonly HistoryEntry[];
  /** Numbers of the lines that could not be read, from 1. */
  readonly damaged: readonly number[];
}

const OTHER_FILE = 'Name another file with --history.';

/** How each line of a history starts; a crash can only cut off its end. */
const LINE_START = `{"schema":"${HISTORY_SCHEMA}"`;

/**
 * Reads a history; it is empty if there is no file.
 *
 * @throws OomdrillError `HISTORY_UNREADABLE`, `HISTORY_INVALID`, `FORMAT_NEWER`
 */
export const readHistory = async (path: string): Promise<History> => parseHistory(await readText(path), path);

/**
 * Reads the history that was named, which must exist, or else another one, which need not.
 *
 * @throws OomdrillError `HISTORY_MISSING`, `HISTORY_UNREADABLE`, `HISTORY_INVALID`, `FORMAT_NEWER`
 */
export async function readNamedHistory(path: string | undefined, otherwise: string): Promise<History> {
  if (path !== undefined && !existsSync(path))
    throw usageError('HISTORY_MISSING', `There is no history at ${path}.`, OTHER_FILE);
  return readHistory(path ?? otherwise);
}

async function readText(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return '';
    throw historyError('HISTORY_UNREADABLE', `Could not read the history ${path}: ${cause.code}.`, cause);
  });
}

/**
 * Reads a history from its text. A line that does not match the schema is damaged, such as a last line that was cut
 * off.
 *
 * @param path the file's name for errors
 * @throws OomdrillError `HISTORY_INVALID` if no line is an entry, not even a damaged one: the file is not oomdrill's, and
 *   must not be replaced; `FORMAT_NEWER`
 */
export function parseHistory(text: string, path: string): History {
  const entries: HistoryEntry[] = [];
  const damaged: number[] = [];
  const lines = text.split('\n');
  for (const [index, line] of lines.entries()) {
    // An editor may have left an empty line, or one with a line end of Windows.
    if (line.trim() === '') continue;
    const { value } = parseJson(line);
    const entry = historyEntrySchema.safeParse(toCurrentVersion(value, { schema: HISTORY_SCHEMA }, path));
    if (entry.success) entries.push(entry.data);
    else damaged.push(index + 1);
  }
  if (entries.length === 0 && damaged.length > 0 && !lines.some((line) => line.startsWith(LINE_START)))
    throw usageError('HISTORY_INVALID', `${path} is not a history: no line of it is an entry of one.`, OTHER_FILE);
  return { entries: entries.sort((a, b) => Date.parse(a.at) - Date.parse(b.at)), damaged };
}

/**
 * Adds an entry with one write at the end. A history with lines that could not be read is first renamed, to a name that
 * is not in use; its readable entries are copied to a new file, with an entry that marks the gap.
 *
 * @returns the new name of the damaged file, if there was one
 * @throws OomdrillError `HISTORY_UNREADABLE`, `HISTORY_INVALID`, `FORMAT_NEWER`, `HISTORY_WRITE`
 */
export async function appendHistory(path: string, entry: HistoryEntry): Promise<string | undefined> {
  const text = await readText(path);
  const { entries, damaged } = parseHistory(text, path);
  try {
    // Creates the directory itself, but not its parents: with `recursive`, Node never stops trying below /proc.
    await mkdir(dirname(path)).catch(() => {});
    if (damaged.length === 0) {
      // If only the newline of the last entry was cut off, the next one must not continue its line.
      const cut = text !== '' && !text.endsWith('\n');
      await appendFile(path, `${cut ? '\n' : ''}${JSON.stringify(entry)}\n`);
      return undefined;
    }
    const keptIn = `${path}.damaged-${entry.at.replaceAll(':', '')}-${process.pid}`;
    await rename(path, keptIn);
    const gap: HistoryEntry = {
      schema: HISTORY_SCHEMA,
      type: 'gap',
      at: entry.at,
      lines: damaged.length,
      keptIn,
    };
    // Appended, not written: another run may have created the new file in the meantime.
    await appendFile(path, [...entries, gap, entry].map((line) => `${JSON.stringify(line)}\n`).join(''));
    return keptIn;
  } catch (cause) {
    throw historyError('HISTORY_WRITE', `Could not write the history ${path}: ${messageOf(cause)}.`, cause);
  }
}

function historyError(code: string, message: string, cause: unknown): OomdrillError {
  return machineError(code, message, OTHER_FILE, cause);
}
