import { withoutUndefined } from '../core/defined.js';
import { parseJson } from '../core/json.js';
import type { SavedLogLine } from './log-prefix.js';

type Fields = Readonly<Record<string, unknown>>;

/** A log of which each entry is a set of fields: JSON, or `KEY=VALUE`. Undefined for any other text. */
export function readLogEntries(text: string): Iterable<SavedLogLine> | undefined {
  const head = text.slice(0, HEAD_LENGTH);
  // `json-seq` has a record separator before each entry.
  if (/^\s*(?:data: )?[{[]/.test(head.replace(RECORD_SEPARATOR, '')))
    return readJson(text.replaceAll(RECORD_SEPARATOR, ''));
  return FIELD_OF_JOURNAL.test(head) ? readFields(text) : undefined;
}

const RECORD_SEPARATOR = '\u001e';

/** Enough to see the form of a log by. */
const HEAD_LENGTH = 64 * 1024;

/** Fields that an entry of the journal has (systemd.journal-fields(7)), as `export` and, indented, `verbose` write them. */
const FIELD_OF_JOURNAL = /^ {0,8}(?:__CURSOR|__REALTIME_TIMESTAMP|_TRANSPORT|_BOOT_ID|_HOSTNAME)=/m;

/**
 * JSON: one entry a line (`journalctl -o json`), `data: ` before it (`json-sse`), one over several lines (`json-pretty`), a list, or `{"dmesg": [...]}` of `dmesg -J`. Undefined if none of
 * its values is an entry of a log.
 */
function readJson(text: string): SavedLogLine[] | undefined {
  const whole = parseJson(text).value;
  const values = whole === undefined ? [...splitJson(text)] : entriesOf(whole);
  const lines = values.map((value) => (typeof value === 'string' ? { text: value } : lineOf(value)));
  if (!values.some((value, index) => typeof value !== 'string' && lines[index] !== undefined)) return undefined;
  return lines.filter((line) => line !== undefined);
}

/** The values of a text of several; what is not JSON, as an entry that was cut off, stays text. */
function* splitJson(text: string): Generator<Fields | string> {
  let pretty: string[] | undefined;
  for (const line of text.split('\n')) {
    const plain = line.replace(/^data: /, '');
    if (plain === '{') pretty = [plain];
    else if (pretty) {
      pretty.push(plain);
      if (plain !== '}' && plain !== '},') continue;
      const joined = pretty.join('\n').replace(/,$/, '');
      pretty = undefined;
      yield fieldsOf(parseJson(joined).value) ?? joined;
    } else if (plain.trim() !== '') yield fieldsOf(parseJson(plain.replace(/,$/, '')).value) ?? plain;
  }
  if (pretty) yield* pretty;
}

const fieldsOf = (value: unknown): Fields | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;

function entriesOf(value: unknown): Fields[] {
  const dmesg = fieldsOf(value)?.dmesg;
  const list = Array.isArray(value) ? value : Array.isArray(dmesg) ? dmesg : [value];
  return list.map(fieldsOf).filter((entry) => entry !== undefined);
}

/** Where an entry has its message: systemd's journal, `dmesg -J`, and what ships logs elsewhere. */
const MESSAGES = ['MESSAGE', 'msg', 'message', 'log', 'line'];
const TIMES = ['__REALTIME_TIMESTAMP', '_SOURCE_REALTIME_TIMESTAMP', 'time', 'timestamp', '@timestamp', 'ts'];

function lineOf(entry: Fields): SavedLogLine | undefined {
  const text = firstOf(MESSAGES, (key) => textOf(entry[key]));
  if (text === undefined) return undefined;
  return withoutUndefined({ text, at: firstOf(TIMES, (key) => timeOf(key, entry[key])), from: senderOf(entry) });
}

function firstOf(keys: readonly string[], read: (key: string) => string | undefined): string | undefined {
  for (const key of keys) {
    const found = read(key);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A string; the journal's JSON has what is not UTF-8 as a list of bytes, and a field that is there twice as a list. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (!Array.isArray(value) || value.length === 0) return undefined;
  return value.every((byte) => Number.isInteger(byte)) ? Buffer.from(value).toString('utf8') : textOf(value[0]);
}

/** The journal counts microseconds since 1970; others write a time as a text, or seconds. */
function timeOf(key: string, value: unknown): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const microseconds = key.endsWith('_REALTIME_TIMESTAMP') ? Number(value) : Number.NaN;
  // Dates end at 8.64e15 milliseconds (ECMA-262).
  return Math.abs(microseconds) <= 8.64e18 ? new Date(microseconds / 1_000).toISOString() : String(value).trim();
}

function senderOf(entry: Fields): string | undefined {
  if (entry._TRANSPORT === 'kernel' || 'pri' in entry || 'fac' in entry) return 'kernel';
  return firstOf(['SYSLOG_IDENTIFIER', '_COMM', '_SYSTEMD_UNIT'], (key) => textOf(entry[key]));
}

/**
 * `export` and `verbose`: lines of `KEY=VALUE`, where a blank line or one with the time begins the next entry. A value
 * that holds a line break follows a line with its key alone, and has its length, 8 bytes, before it (systemd,
 * docs/JOURNAL_EXPORT_FORMATS.md).
 */
function* readFields(text: string): Generator<SavedLogLine> {
  let entry: Record<string, string> = {};
  let at: string | undefined;
  let binary: string | undefined;
  for (const line of text.split('\n')) {
    const [, key, value] = /^ {0,8}([A-Z_][A-Z0-9_]{0,63})=(.*)$/.exec(line) ?? [];
    const header = /^([^=[]{1,80}) \[s=/.exec(line)?.[1];
    if (binary !== undefined) {
      entry[binary] = line.slice(LENGTH_BYTES);
      binary = undefined;
    } else if (key !== undefined && value !== undefined) entry[key] ??= value;
    else if (/^[A-Z_][A-Z0-9_]{0,63}$/.test(line)) binary = line;
    else if (line.trim() === '' || header !== undefined) {
      yield* linesOf(entry, at);
      [entry, at] = [{}, header];
    }
  }
  yield* linesOf(entry, at);
}

const LENGTH_BYTES = 8;

function linesOf(entry: Fields, at: string | undefined): SavedLogLine[] {
  const line = lineOf(entry);
  return line ? [withoutUndefined({ ...line, at: line.at ?? at })] : [];
}
