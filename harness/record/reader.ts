import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { type OomdrillError, usageError } from '../core/errors.js';
import { isObject, toCurrentVersion, type VersionedFormat } from '../core/format.js';
import { parseJson } from '../core/json.js';
import { quoteUnlessWord } from '../core/must.js';
import { ENTRY_TYPES, type Entry, entrySchema, type Header, RECORD_SCHEMA } from './schema.js';
import { upgradeEntry, upgradeHeader } from './version-1.js';

const WHERE = "A record is the file record.jsonl in a run's directory under reports/.";

/** The format of records, as their headers name it; other lines of the previous version are converted one by one. */
const RECORD_FORMAT: VersionedFormat = {
  schema: RECORD_SCHEMA,
  fromPrevious: upgradeHeader,
  newerCode: 'RECORD_NEWER',
};

/** A record that was read from its file. */
export interface RunRecord {
  readonly header: Header;
  /** Everything except the header, in the order of the file. */
  readonly entries: readonly Entry[];
  /** The last line is incomplete, or there is no `end`: the run was interrupted. */
  readonly truncated: boolean;
}

/**
 * Reads a record from a file.
 *
 * @throws OomdrillError `RECORD_MISSING`, `RECORD_UNREADABLE`, `RECORD_INVALID` with the line's number, `RECORD_NEWER`
 */
export async function readRecord(path: string): Promise<RunRecord> {
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw cause.code === 'ENOENT'
      ? usageError('RECORD_MISSING', `There is no record at ${quoteUnlessWord(path)}.`, WHERE, cause)
      : usageError('RECORD_UNREADABLE', `Could not read the record ${path} (${cause.code}).`, WHERE, cause);
  });
  return parseRecord(text, path);
}

/**
 * Reads a record from its text. Unknown keys and types of entries are ignored: a later oomdrill may have added them.
 *
 * @param name the record's name for errors
 * @throws OomdrillError `RECORD_INVALID` with the line's number, `RECORD_NEWER`
 */
export function parseRecord(text: string, name: string): RunRecord {
  if (text === '') throw usageError('RECORD_INVALID', `${name} is not a record: it is empty.`, WHERE);
  const lines = text.split('\n');
  // A complete record ends with a newline; text after the last newline is an incomplete line.
  const cut = lines.pop() !== '';
  const [first = '', ...rest] = lines;
  const { header, isOld } = parseHeader(first, name);
  const entries = rest.flatMap((line, index) => {
    // An editor or a shell may have left an empty line.
    if (line.trim() === '') return [];
    const { value } = parseJson(line);
    if (value === undefined) throw invalidRecordError(name, index + 2, 'it is not JSON');
    const entry = parseEntry(isOld ? upgradeEntry(value) : value, name, index + 2);
    // Two concatenated records would be judged as one run.
    if (entry?.type === 'header') throw invalidRecordError(name, index + 2, 'a second header');
    return entry ?? [];
  });
  return { header, entries, truncated: cut || entries.at(-1)?.type !== 'end' };
}

/** Returns undefined for an entry of an unknown type. */
function parseEntry(value: unknown, name: string, line: number): Entry | undefined {
  if (isObject(value) && typeof value.type === 'string' && !ENTRY_TYPES.has(value.type)) return undefined;
  const read = entrySchema.safeParse(value);
  if (read.success) return read.data;
  throw invalidRecordError(name, line, z.prettifyError(read.error).split('\n').join(' '));
}

function parseHeader(line: string, name: string): { header: Header; isOld: boolean } {
  const { value } = parseJson(line);
  const current = toCurrentVersion(value, RECORD_FORMAT, name);
  const read = entrySchema.safeParse(current);
  if (!read.success || read.data.type !== 'header')
    throw invalidRecordError(name, 1, 'it is not the header of a record');
  return { header: read.data, isOld: current !== value };
}

function invalidRecordError(name: string, line: number, why: string): OomdrillError {
  return usageError('RECORD_INVALID', `${name} is not a record: line ${line}: ${why}.`, WHERE);
}
