import { randomBytes } from 'node:crypto';
import { constants, existsSync } from 'node:fs';
import { copyFile, mkdir, open, realpath, stat, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { MIB } from '../core/bytes.js';
import { machineError, messageOf, type OomdrillError, usageError } from '../core/errors.js';
import { toCurrentVersion } from '../core/format.js';
import { parseJson } from '../core/json.js';
import { withFileLocked } from '../core/lock.js';
import { readTextFileIfThere } from '../core/read-text-file.js';
import { replaceFile } from '../core/replace-file.js';
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

/** A night of the whole catalogue takes 5 kB. */
const MAX_BYTES = 400 * MIB;

async function readText(path: string): Promise<string> {
  // /dev/null, where nothing is to be remembered.
  if ((await stat(path).catch(() => undefined))?.isCharacterDevice()) return '';
  const options = { what: 'history', code: 'HISTORY_UNREADABLE', hint: OTHER_FILE, kind: 'machine' } as const;
  // A crash can cut the last line within a letter, or leave zeros there: that line is damaged, and not the history.
  return (await readTextFileIfThere(path, { ...options, limitBytes: MAX_BYTES, lenient: true })) ?? '';
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
    // An error for each of a hundred thousand lines of something else would take seconds.
    const { value } = line.trimStart().startsWith('{') ? parseJson(line) : {};
    // A schema takes long to say that nothing does not fit it.
    const current = value === undefined ? value : toCurrentVersion(value, { schema: HISTORY_SCHEMA }, path);
    const entry = current === undefined ? undefined : historyEntrySchema.safeParse(current);
    if (entry?.success) entries.push(entry.data);
    else damaged.push(index + 1);
  }
  if (entries.length === 0 && damaged.length > 0 && !lines.some((line) => line.startsWith(LINE_START)))
    throw usageError('HISTORY_INVALID', `${path} is not a history: no line of it is an entry of one.`, OTHER_FILE);
  return { entries: entries.sort((a, b) => Date.parse(a.at) - Date.parse(b.at)), damaged };
}

/**
 * Adds an entry with one write at the end, while no other process does. Of a history with lines that could not be read the readable
 * entries are kept, with an entry that marks the gap; all of it is kept under a name that is not in use. What cannot be written,
 * as on a full disk, leaves the history as it was.
 *
 * @returns the name of the copy of a damaged history, if it was one
 * @throws OomdrillError `HISTORY_UNREADABLE`, `HISTORY_INVALID`, `FORMAT_NEWER`, `HISTORY_WRITE`
 */
export async function appendHistory(path: string, entry: HistoryEntry): Promise<string | undefined> {
  // Creates the directory itself, but not its parents: with `recursive`, Node never stops trying below /proc.
  await mkdir(dirname(path)).catch(() => {});
  return withFileLocked(path, async () => {
    const text = await readText(path);
    const { entries, damaged } = parseHistory(text, path);
    try {
      if (damaged.length > 0) return await replaceDamaged(path, { entries, damaged }, entry);
      // If only the newline of the last entry was cut off, the next one must not continue its line.
      const cut = text !== '' && !text.endsWith('\n');
      await appendWhole(path, `${cut ? '\n' : ''}${renderEntry(entry)}`);
      return undefined;
    } catch (cause) {
      throw historyError('HISTORY_WRITE', `Could not write the history ${path}: ${messageOf(cause)}.`, cause);
    }
  });
}

const renderEntry = (entry: HistoryEntry): string => `${JSON.stringify(entry)}\n`;

/** Keeps a damaged history under another name, and puts its readable entries in its place: at no moment there is neither. */
async function replaceDamaged(path: string, { entries, damaged }: History, entry: HistoryEntry): Promise<string> {
  const real = await realpath(path);
  const keptIn = `${real}.damaged-${entry.at.replaceAll(':', '')}-${randomBytes(4).toString('hex')}`;
  const gap: HistoryEntry = { schema: HISTORY_SCHEMA, type: 'gap', at: entry.at, lines: damaged.length, keptIn };
  try {
    await copyFile(real, keptIn, constants.COPYFILE_EXCL);
    await replaceFile(real, [...entries, gap, entry].map(renderEntry).join(''));
  } catch (thrown) {
    await unlink(keptIn).catch(() => {});
    throw thrown;
  }
  return keptIn;
}

/** Appends all of a text or nothing: what a full disk cut short is taken back. */
async function appendWhole(path: string, text: string): Promise<void> {
  const before = await stat(path).catch(() => undefined);
  await using handle = await open(path, 'a');
  if (before && !before.isFile()) {
    await handle.writeFile(text);
    return;
  }
  try {
    await handle.writeFile(text);
    await handle.datasync();
  } catch (thrown) {
    await (before ? handle.truncate(before.size) : unlink(path)).catch(() => {});
    throw thrown;
  }
}

function historyError(code: string, message: string, cause: unknown): OomdrillError {
  return machineError(code, message, OTHER_FILE, cause);
}
