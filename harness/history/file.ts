import { existsSync } from 'node:fs';
import { appendFile, mkdir, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { machineError, messageOf, type OomdrillError, usageError } from '../core/errors.js';
import { parseJson } from '../core/json.js';
import { DEFAULT_HISTORY } from './place.js';
import { HISTORY_SCHEMA, type HistoryEntry, historyEntrySchema } from './schema.js';

/** A history as it was read. */
export interface History {
  /** The oldest first. */
  readonly entries: readonly HistoryEntry[];
  /** Numbers of the lines that cannot be read, from 1. */
  readonly damaged: readonly number[];
}

const OTHER_FILE = 'Name another file with --history.';

/** Reads a history; one that is not there is empty. @throws OomdrillError `HISTORY_UNREADABLE` */
export const readHistory = async (path: string): Promise<History> => parseHistory(await textOf(path));

/**
 * The history that was named, or else the usual one, which need not be there yet.
 *
 * @throws OomdrillError `HISTORY_MISSING`, `HISTORY_UNREADABLE`
 */
export async function readHistoryNamed(path: string | undefined): Promise<History> {
  if (path !== undefined && !existsSync(path))
    throw usageError('HISTORY_MISSING', `There is no history at ${path}.`, OTHER_FILE);
  return readHistory(path ?? DEFAULT_HISTORY);
}

async function textOf(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return '';
    throw historyError('HISTORY_UNREADABLE', `The history ${path} cannot be read (${cause.code}).`, cause);
  });
}

/** Reads a history from its text. A line that is none of ours is damaged; a last one without an end was cut off. */
export function parseHistory(text: string): History {
  const entries: HistoryEntry[] = [];
  const damaged: number[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const read = line === '' ? undefined : historyEntrySchema.safeParse(parseJson(line).value);
    if (read?.success) entries.push(read.data);
    else if (read) damaged.push(index + 1);
  }
  return { entries: entries.sort((a, b) => Date.parse(a.at) - Date.parse(b.at)), damaged };
}

/**
 * Adds an entry by one write at the end. A history with lines that cannot be read is first put aside as a whole, under a name
 * that is not taken; what could be read of it goes on in a new file, with the gap marked.
 *
 * @returns the name under which the damaged file was kept, where there was one
 * @throws OomdrillError `HISTORY_UNREADABLE`, `HISTORY_WRITE`
 */
export async function appendHistory(path: string, entry: HistoryEntry): Promise<string | undefined> {
  const text = await textOf(path);
  const { entries, damaged } = parseHistory(text);
  try {
    // Its folder, where only that is missing. Not `recursive`, with which Node tries for ever below /proc.
    await mkdir(dirname(path)).catch(() => {});
    if (damaged.length === 0) {
      // A whole entry whose newline was cut off: the next one must not stand on its line.
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
    // Appended, not written: another run may have begun the new file meanwhile.
    await appendFile(path, [...entries, gap, entry].map((line) => `${JSON.stringify(line)}\n`).join(''));
    return keptIn;
  } catch (cause) {
    throw historyError('HISTORY_WRITE', `The history ${path} cannot be written: ${messageOf(cause)}.`, cause);
  }
}

function historyError(code: string, message: string, cause: unknown): OomdrillError {
  return machineError(code, message, OTHER_FILE, cause);
}
