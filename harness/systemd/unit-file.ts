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

/** systemd does not read a file with a longer line (LONG_LINE_MAX, 1 MiB). */
const MAX_LINE_LENGTH = 1024 * 1024;

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
  const reading: Reading = { lines: splitLines(text), preamble: [], sections: [], faults: [] };
  for (let index = 0; index < reading.lines.length && !reading.faults.at(-1)?.fatal; ) index = readNext(reading, index);
  const { preamble, sections, faults } = reading;
  return { file: { path, preamble, sections }, faults };
}

/** The state of reading a file. */
interface Reading {
  readonly lines: readonly string[];
  readonly preamble: Remark[];
  readonly sections: { name: string; raw: string; items: (Assignment | Remark)[] }[];
  readonly faults: UnitFault[];
}

/**
 * Reads the element that begins at a line: a remark, a section header, or an assignment with its continuations. Returns
 * the index after it.
 */
function readNext(reading: Reading, index: number): number {
  const { lines, preamble, sections, faults } = reading;
  const raw = lines[index] ?? '';
  const first = dropBreak(raw);
  const start = first.trim();
  if (first.length > MAX_LINE_LENGTH) {
    faults.push({ line: index + 1, why: 'the line is longer than 1 MiB', fatal: true });
    return index + 1;
  }
  if (start === '' || isComment(first)) {
    (sections.at(-1)?.items ?? preamble).push({ kind: 'remark', raw });
    return index + 1;
  }
  const { value, next } = readLogicalLine(lines, index);
  // Outside comments, systemd ignores the whole file (parse_line(): "String is not UTF-8 clean").
  if (value.includes(NOT_UTF8)) {
    faults.push({ line: index + 1, why: 'it is not UTF-8', hint: 'Save the file as UTF-8.', fatal: true });
    return next;
  }
  if (start.startsWith('[')) {
    readHeader(reading, index, start);
    return index + 1;
  }
  readDirective(reading, { index, next, value });
  return next;
}

/** Begins a section, or ends the file with a fault. */
function readHeader({ lines, sections, faults }: Reading, index: number, text: string): void {
  const name = /^\[([^\][\p{Cc}]+)\]$/u.exec(text)?.[1];
  if (name) sections.push({ name, raw: lines[index] ?? '', items: [] });
  else {
    const hint = 'Write a section header as [Name] on a line of its own.';
    faults.push({ line: index + 1, why: `"${text}" is not a section header`, hint, fatal: true });
  }
}

/** Adds an assignment to the current section, or ignores the line with a fault. */
function readDirective(
  { lines, sections, faults }: Reading,
  logicalLine: { index: number; next: number; value: string },
): void {
  const { index, next, value } = logicalLine;
  const line = index + 1;
  const start = dropBreak(lines[index] ?? '').trim();
  const items = sections.at(-1)?.items;
  const equals = value.indexOf('=');
  const key = value.slice(0, Math.max(0, equals)).trim();
  if (!items) {
    const hint = 'Move it into a section such as [Service].';
    faults.push({ line, why: `"${start}" is before any section`, hint, fatal: false });
  } else if (key === '') {
    const hint = 'Write Key=value; systemd ignores this line.';
    faults.push({ line, why: `"${start}" is not an assignment`, hint, fatal: false });
  } else {
    const raw = lines.slice(index, next).join('');
    items.push({ kind: 'assignment', key, value: value.slice(equals + 1).trim(), raw, line });
  }
}

/** Splits a text into lines with their breaks: for systemd LF, CR, CRLF and LFCR are line breaks (read_line_full()). */
const splitLines = (text: string): string[] => text.match(/[^\r\n]*(?:\r\n|\n\r|[\r\n])|[^\r\n]+$/g) ?? [];

const dropBreak = (line: string): string => line.replace(/[\r\n]+$/, '');
const findBreak = (line: string): string => /[\r\n]+$/.exec(line)?.[0] ?? '';

const isComment = (line: string): boolean => /^\s*[#;]/.test(line);

/** Whether a line ends in a backslash that is not itself escaped by another. */
const isContinued = (line: string): boolean => (/\\*$/.exec(line)?.[0].length ?? 0) % 2 === 1;

/** Joins a line with its continuations; `next` is the index after them. */
function readLogicalLine(lines: readonly string[], start: number): { value: string; next: number } {
  let value = '';
  let next = start;
  for (; next < lines.length; next++) {
    const line = dropBreak(lines[next] ?? '');
    if (next > start && isComment(line)) continue;
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
  const comments = splitLines(raw).slice(1).filter(isComment);
  return `${comments.join('')}${key}=${value}${findBreak(raw)}`;
}
