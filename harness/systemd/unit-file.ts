import { usageError } from '../core/errors.js';

/** One assignment `Key=value`, with its source text. */
export interface Assignment {
  readonly kind: 'assignment';
  readonly key: string;
  /** Without white space around it; continuation lines are joined with spaces, as systemd does. */
  readonly value: string;
  /** The source text with all line breaks, which is rendered unless the value changes. */
  readonly raw: string;
  /** Line number in the file, from 1. */
  readonly line: number;
}

/** A comment or an empty line. */
interface Remark {
  readonly kind: 'remark';
  /** The source text with its line break. */
  readonly raw: string;
}

/** A `[Section]` and its content. A file may have several sections with the same name. */
interface Section {
  readonly name: string;
  /** The source text of its header. */
  readonly raw: string;
  readonly items: readonly (Assignment | Remark)[];
}

/** A unit file or drop-in: the lines before the first section, and the sections in order. */
export interface UnitFile {
  /** For error messages. */
  readonly path: string;
  readonly preamble: readonly Remark[];
  readonly sections: readonly Section[];
}

/** A line for which systemd logs a warning. It ignores the line, or the whole file. */
export interface UnitFault {
  /** From 1. */
  readonly line: number;
  /** A clause without a full stop. */
  readonly why: string;
  readonly hint?: string;
  /** Whether systemd ignores the whole file. */
  readonly fatal: boolean;
}

/** Stands for a byte that is not UTF-8. A lone surrogate, which never occurs in text that was read as UTF-8. */
export const NOT_UTF8 = '\uDCFF';

/** systemd does not read a file with a longer line, also one that is continued (LONG_LINE_MAX). Bytes. */
const MAX_LINE_BYTES = 1024 * 1024;

/**
 * Parses a unit file. Stricter than systemd, which only warns and ignores a faulty line: a drill of a unit without a
 * line that its author wrote would prove nothing.
 *
 * @throws OomdrillError `UNIT_SYNTAX` with file and line
 */
export function parseUnitFile(text: string, path: string): UnitFile {
  if (text.includes('\0')) throw usageError('UNIT_SYNTAX', `${path} must be a unit file, but it contains binary data.`);
  const { file, faults } = readUnitFile(text, path);
  const [fault] = faults;
  if (fault) throw usageError('UNIT_SYNTAX', `${path}:${fault.line}: ${fault.why}.`, fault.hint);
  return file;
}

/**
 * Reads a unit file as systemd does (systemd.syntax(7)): `#` and `;` start comments, a backslash at the end of a line
 * continues it on the next, comments inside a continuation are ignored, white space around `=` is removed, a line
 * without an assignment is ignored, and a broken section header ends the file (systemd, config_parse()).
 */
export function readUnitFile(
  text: string,
  path: string,
): { readonly file: UnitFile; readonly faults: readonly UnitFault[] } {
  const lines = splitLines(text);
  const markedLine = lines.findIndex((line) => line.startsWith(BYTE_ORDER_MARK));
  const reading: Reading = { lines, markedLine, preamble: [], sections: [], faults: [] };
  for (let index = 0; index < lines.length && !reading.faults.at(-1)?.fatal; ) index = readNext(reading, index);
  const { preamble, sections, faults } = reading;
  return { file: { path, preamble, sections }, faults };
}

/** The state of reading a file. */
interface Reading {
  readonly lines: readonly string[];
  /** Index of the line with the mark that systemd skips; -1 for none. */
  readonly markedLine: number;
  readonly preamble: Remark[];
  readonly sections: { name: string; raw: string; items: (Assignment | Remark)[] }[];
  readonly faults: UnitFault[];
}

/**
 * Reads the element that begins at a line: a remark, a section header or an assignment, the last two with their continuations.
 * Returns the index after it.
 */
function readNext(reading: Reading, index: number): number {
  const { lines, preamble, sections, faults } = reading;
  const isRemark = isComment(lines[index] ?? '');
  const { value, next } = isRemark ? { value: '', next: index + 1 } : readLogicalLine(reading, index);
  const fail = (why: string, hint?: string) => faults.push({ line: index + 1, why, hint, fatal: true });
  const raw = lines.slice(index, next).join('');
  const text = strip(value);
  if (isTooLong(isRemark ? raw : value)) fail('the line is longer than 1 MiB');
  else if (text === '') (sections.at(-1)?.items ?? preamble).push({ kind: 'remark', raw });
  // Outside comments, systemd ignores the whole file (parse_line(): "String is not UTF-8 clean").
  else if (text.includes(NOT_UTF8)) fail('it is not UTF-8', 'Save the file as UTF-8.');
  else if (!text.startsWith('[')) readDirective(reading, { line: index + 1, raw, text });
  else {
    const name = SECTION_HEADER.exec(text)?.[1];
    if (name) sections.push({ name, raw, items: [] });
    else fail(`"${text}" is not a section header`, 'Write a section header as [Name] on a line of its own.');
  }
  return next;
}

/** Without what systemd takes for unsafe in a name: control characters, quotes and backslashes (string_is_safe()). */
const SECTION_HEADER = /^\[([^\][\p{Cc}"'\\]+)\]$/u;

/** Adds an assignment to the current section, or ignores the line with a fault. */
function readDirective(
  { sections, faults }: Reading,
  { line, raw, text }: { readonly line: number; readonly raw: string; readonly text: string },
): void {
  const items = sections.at(-1)?.items;
  const equals = text.indexOf('=');
  const key = strip(text.slice(0, Math.max(0, equals)));
  const shown = strip(splitLines(raw)[0] ?? '');
  if (!items) {
    const hint = 'Move it into a section such as [Service].';
    faults.push({ line, why: `"${shown}" is before any section`, hint, fatal: false });
  } else if (key === '') {
    const hint = 'Write Key=value; systemd ignores this line.';
    faults.push({ line, why: `"${shown}" is not an assignment`, hint, fatal: false });
  } else items.push({ kind: 'assignment', key, value: strip(text.slice(equals + 1)), raw, line });
}

/** Splits a text into lines with their breaks: for systemd LF, CR, CRLF and LFCR are line breaks (read_line_full()). */
const splitLines = (text: string): string[] => text.match(/[^\r\n]*(?:\r\n|\n\r|[\r\n])|[^\r\n]+$/g) ?? [];

const dropBreak = (line: string): string => line.slice(0, findEnd(line, '\r\n'));
export const findBreak = (line: string): string => line.slice(findEnd(line, '\r\n'));

/** Where the last characters begin that are all one of these. A regular expression would try each run of them in a line. */
function findEnd(line: string, characters: string): number {
  let end = line.length;
  while (end > 0 && characters.includes(line.charAt(end - 1))) end--;
  return end;
}

/** White space is what systemd takes for it, WHITESPACE of string-util.h: a no-break space is a part of a key or a value. */
export const strip = (text: string): string => text.slice(0, findEnd(text, ' \t\n\r')).replace(/^[ \t\n\r]+/, '');

const isComment = (line: string): boolean => /^[ \t\n\r]*[#;]/.test(line);

const isTooLong = (text: string): boolean =>
  // No character of UTF-16 takes more than 3 bytes of UTF-8.
  3 * text.length > MAX_LINE_BYTES && Buffer.byteLength(text) > MAX_LINE_BYTES;

/** Whether a line ends in a backslash that is not itself escaped by another. */
const isContinued = (line: string): boolean => (line.length - findEnd(line, '\\')) % 2 === 1;

/** The mark that some editors begin a file with. systemd skips it once, on whatever line (config_parse()). */
const BYTE_ORDER_MARK = '\uFEFF';

/** Joins a line with its continuations; `next` is the index after them. A file that ends in one may have ended there. */
function readLogicalLine({ lines, markedLine }: Reading, start: number): { value: string; next: number } {
  let value = '';
  let next = start;
  for (; next < lines.length; next++) {
    let line = dropBreak(lines[next] ?? '');
    if (next > start && isComment(line)) continue;
    if (next === markedLine) line = line.slice(BYTE_ORDER_MARK.length);
    if (!isContinued(line)) return { value: value + line, next: next + 1 };
    value += `${line.slice(0, -1)} `;
  }
  return { value, next };
}

/** Renders a unit file: byte for byte the parsed text, except for later changes. */
export function renderUnitFile(file: UnitFile): string {
  return [...file.preamble, ...file.sections.flatMap((section) => [section, ...section.items])]
    .map(({ raw }) => raw)
    .join('');
}

/** Copies a file with new values: `change` returns the new value of an assignment, or undefined to keep it. */
export function mapAssignments(
  file: UnitFile,
  change: (assignment: Assignment, section: string) => string | undefined,
): UnitFile {
  return {
    ...file,
    sections: file.sections.map((section) => ({
      ...section,
      items: section.items.map((item) => {
        if (item.kind === 'remark') return item;
        const value = change(item, section.name);
        return value === undefined ? item : { ...item, value, raw: rewrite(item, value) };
      }),
    })),
  };
}

/** Renders a changed assignment: comments between its lines move before it, and its line break stays. */
function rewrite({ key, raw }: Assignment, value: string): string {
  return `${commentsIn(raw)}${key}=${value}${findBreak(raw)}`;
}

/** The comments between the lines of an assignment, of which the last one of a file may lack its line break. */
export function commentsIn(raw: string): string {
  const comments = splitLines(raw).slice(1).filter(isComment);
  return comments.map((line) => (findBreak(line) === '' ? `${line}\n` : line)).join('');
}

/**
 * What must be written after a piece of a file before anything else can be: the break of its last line, and an empty line
 * where a backslash would make whatever comes a part of it.
 *
 * @param raw the source text of a remark, a header or an assignment; empty for the start of a file
 */
export function endOf(raw: string): string {
  if (raw === '') return '';
  const lines = splitLines(raw);
  // Of the kind before it: a LF and a CR next to each other would be one break.
  const lineBreak = lines.map(findBreak).findLast(Boolean) ?? '\n';
  const last = lines.findLast((line) => !isComment(line));
  const end = findBreak(raw) === '' ? lineBreak : '';
  return last !== undefined && isContinued(dropBreak(last)) ? `${end}${lineBreak}` : end;
}
