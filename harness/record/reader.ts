import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { type OomdrillError, usageError } from '../core/errors.js';
import { parseJson } from '../core/json.js';
import { type Entry, entrySchema, type Header, RECORD_SCHEMA } from './schema.js';

const WHERE = "A record is the file record.jsonl in a run's folder under reports/.";

/** A record as it was read back. */
export interface RunRecord {
  readonly header: Header;
  /** Everything but the header, in the order in which it was written. */
  readonly entries: readonly Entry[];
  /** The last line was cut off, or there is no `end`: the run was broken off. */
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
      ? usageError('RECORD_MISSING', `There is no record at ${path}.`, WHERE, cause)
      : usageError('RECORD_UNREADABLE', `The record ${path} cannot be read (${cause.code}).`, WHERE, cause);
  });
  return parseRecord(text, path);
}

/**
 * Reads a record from its text; `name` stands for it in errors.
 *
 * @throws OomdrillError `RECORD_INVALID` with the line's number, `RECORD_NEWER`
 */
export function parseRecord(text: string, name: string): RunRecord {
  if (text === '') throw usageError('RECORD_INVALID', `${name} is not a record: it is empty.`, WHERE);
  const lines = text.split('\n');
  // A whole record ends with a newline; what stands behind the last one was cut off in mid-line.
  const cut = lines.pop() !== '';
  const [first, ...rest] = lines;
  const header = parseHeader(first ?? '', name);
  const entries = rest.flatMap((line, index) => {
    // An editor or a shell may have left one.
    if (line.trim() === '') return [];
    const { value } = parseJson(line);
    if (value === undefined) throw refuseRecord(name, index + 2, 'it is no JSON');
    const read = entrySchema.safeParse(value);
    if (!read.success) throw refuseRecord(name, index + 2, z.prettifyError(read.error).split('\n').join(' '));
    // Two runs in one file would be judged as one.
    if (read.data.type === 'header') throw refuseRecord(name, index + 2, 'a second header');
    return [read.data];
  });
  return { header, entries, truncated: cut || entries.at(-1)?.type !== 'end' };
}

function parseHeader(line: string, name: string): Header {
  const { value } = parseJson(line);
  const schema = typeof value === 'object' && value !== null && 'schema' in value ? String(value.schema) : '';
  const version = /^oomdrill\.record\/(\d+)$/.exec(schema)?.[1];
  if (version && `oomdrill.record/${version}` !== RECORD_SCHEMA) {
    throw usageError(
      'RECORD_NEWER',
      `${name} is a record of version ${version}, and this oomdrill reads ${RECORD_SCHEMA}.`,
      'Judge it with the oomdrill that wrote it, or a newer one.',
    );
  }
  const read = entrySchema.safeParse(value);
  if (!read.success || read.data.type !== 'header') throw refuseRecord(name, 1, 'no header of a record');
  return read.data;
}

function refuseRecord(name: string, line: number, why: string): OomdrillError {
  return usageError('RECORD_INVALID', `${name} is not a record: line ${line}: ${why}.`, WHERE);
}
