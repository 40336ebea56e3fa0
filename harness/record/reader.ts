import type { z } from 'zod';
import { MIB } from '../core/bytes.js';
import { type OomdrillError, usageError } from '../core/errors.js';
import { isObject, toCurrentVersion, type VersionedFormat } from '../core/format.js';
import { describeIssue, firstIssueOf } from '../core/issue.js';
import { parseJson } from '../core/json.js';
import { type Line, linesOf, readLines } from '../core/read-lines.js';
import { type ConsistencyCheck, createConsistencyCheck } from './consistency.js';
import { ENTRY_TYPES, type Entry, entrySchema, type Header, RECORD_SCHEMA } from './schema.js';
import { upgradeEntry, upgradeHeader } from './version-1.js';

const WHERE = "A record is the file record.jsonl in a run's directory under reports/.";

/** The longest drills of the nightly suite leave 5 MB. A judgement keeps all entries in memory. */
const MAX_RECORD_BYTES = 256 * MIB;

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
  const options = { code: 'RECORD_UNREADABLE', missingCode: 'RECORD_MISSING', hint: WHERE } as const;
  return parseLines(readLines(path, { what: 'record', limitBytes: MAX_RECORD_BYTES, ...options }), path);
}

/**
 * Reads a record from its text. Unknown keys and types of entries are ignored: a later oomdrill may have added them.
 *
 * @param name the record's name for errors
 * @throws OomdrillError `RECORD_INVALID` with the line's number, `RECORD_NEWER`
 */
export const parseRecord = (text: string, name: string): RunRecord => parseLines(linesOf(text), name);

function parseLines(lines: Iterable<Line>, name: string): RunRecord {
  const parser = new RecordParser(name);
  for (const line of lines) parser.add(line);
  return parser.finish();
}

/** A record as its lines come. */
class RecordParser {
  readonly #name: string;
  readonly #check: ConsistencyCheck = createConsistencyCheck();
  readonly #entries: Entry[] = [];
  #header: Header | undefined;
  #isOld = false;
  #isCut = false;

  constructor(name: string) {
    this.#name = name;
  }

  /** @throws OomdrillError `RECORD_INVALID`, `RECORD_NEWER` */
  add({ text, number, isEnded, fault }: Line): void {
    if (fault !== undefined) throw this.#invalid(number, fault);
    if (this.#header === undefined) this.#addHeader(text, isEnded);
    // A complete record ends with a line break: text after the last one is an incomplete line.
    else if (!isEnded) this.#isCut = true;
    // An editor or a shell may have left an empty line.
    else if (text.trim() !== '') this.#addEntry(text, number);
  }

  /** @throws OomdrillError `RECORD_INVALID` */
  finish(): RunRecord {
    if (this.#header === undefined)
      throw usageError('RECORD_INVALID', `${this.#name} is not a record: it is empty.`, WHERE);
    const truncated = this.#isCut || this.#entries.at(-1)?.type !== 'end';
    return { header: this.#header, entries: this.#entries, truncated };
  }

  #addHeader(text: string, isEnded: boolean): void {
    const { value } = parseJson(text);
    const current = toCurrentVersion(value, RECORD_FORMAT, this.#name);
    if (!isEnded || !isObject(current) || current.type !== 'header')
      throw this.#invalid(1, 'it is not the header of a record');
    const header = this.#parse(current, 1);
    if (header.type !== 'header') throw this.#invalid(1, 'it is not the header of a record');
    this.#header = header;
    this.#isOld = current !== value;
    this.#check(header, 1);
  }

  #addEntry(text: string, line: number): void {
    const { value: found } = parseJson(text);
    if (found === undefined) throw this.#invalid(line, 'it is not JSON');
    const value = this.#isOld ? upgradeEntry(found) : found;
    if (isObject(value) && typeof value.type === 'string' && !ENTRY_TYPES.has(value.type)) return;
    // Two concatenated records would be judged as one run.
    if (isObject(value) && value.type === 'header') throw this.#invalid(line, 'a second header');
    const entry = this.#parse(value, line);
    const contradiction = this.#check(entry, line);
    if (contradiction) throw this.#invalid(contradiction.line, contradiction.why);
    this.#entries.push(entry);
  }

  #parse(value: unknown, line: number): Entry {
    const read = entrySchema.safeParse(value, { error: describeIssue });
    if (read.success) return read.data;
    throw this.#invalid(line, describeFirstIssue(read.error));
  }

  #invalid(line: number, why: string): OomdrillError {
    return usageError('RECORD_INVALID', `${this.#name} is not a record: line ${line}: ${why}.`, WHERE);
  }
}

function describeFirstIssue(error: z.ZodError): string {
  const { where, message } = firstIssueOf(error, 'the entry');
  return `${where} ${message}`;
}
