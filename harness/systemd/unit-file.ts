import { usageError } from '../core/errors.js';

/** One assignment `Key=value`, with the text that it was written as. */
export interface Assignment {
  readonly kind: 'assignment';
  readonly key: string;
  /** Continuation lines joined by a space each, as systemd joins them. */
  readonly value: string;
  /** The source text, line breaks included, the last one too; what is rendered while the value is not changed. */
  readonly raw: string;
  /** Line number in the file, from 1. */
  readonly line: number;
}

/** A comment or an empty line, kept as written, with its line break. */
interface Remark {
  readonly kind: 'remark';
  readonly raw: string;
}

/** A `[Section]` and what stands in it. A file may open the same section several times. */
interface Section {
  readonly name: string;
  readonly raw: string;
  readonly items: readonly (Assignment | Remark)[];
}

/** A unit file or drop-in: what stands before the first section, and the sections in their order. */
export interface UnitFile {
  /** For error messages. */
  readonly path: string;
  readonly preamble: readonly Remark[];
  readonly sections: readonly Section[];
}

/** A line that systemd complains of and passes over, or at which it gives up on the whole file. */
export interface UnitFault {
  /** From 1. */
  readonly line: number;
  /** A clause, without the full stop. */
  readonly why: string;
  readonly hint?: string;
  /** Nothing of the file is in effect. */
  readonly fatal: boolean;
}

/** Stands for a byte that is not UTF-8. A lone surrogate, which no text that was read as UTF-8 holds. */
export const NOT_UTF8 = '\uDCFF';

/** systemd gives up on longer lines (LONG_LINE_MAX, 1 MiB). */
const MAX_LINE_LENGTH = 1024 * 1024;

/**
 * Parses a unit file, stricter than systemd where it only warns and goes on without the line: a drill of a unit that says
 * something else than its author wrote would prove nothing.
 *
 * @throws OomdrillError `UNIT_SYNTAX` that names file and line
 */
export function parseUnitFile(text: string, path: string): UnitFile {
  if (text.includes('\0')) throw usageError('UNIT_SYNTAX', `${path} is not a unit file: it holds binary data.`);
  const { file, faults } = readUnitFile(text, path);
  const [fault] = faults;
  if (fault) throw usageError('UNIT_SYNTAX', `${path}:${fault.line}: ${fault.why}.`, fault.hint);
  return file;
}

/**
 * Reads a unit file as systemd does (systemd.syntax(7)): `#` and `;` start comments, a backslash at the end of a line
 * continues it with the next, comments inside a continuation are passed over, white space around `=` is dropped, a line
 * that is no assignment is passed over, and a broken section header ends the file (systemd, config_parse()).
 */
export function readUnitFile(
  text: string,
  path: string,
): { readonly file: UnitFile; readonly faults: readonly UnitFault[] } {
  const reading: Reading = { lines: splitLines(text), preamble: [], sections: [], faults: [] };
  for (let at = 0; at < reading.lines.length && !reading.faults.at(-1)?.fatal; ) at = readNext(reading, at);
  const { preamble, sections, faults } = reading;
  return { file: { path, preamble, sections }, faults };
}

/** A file while it is read. */
interface Reading {
  readonly lines: readonly string[];
  readonly preamble: Remark[];
  readonly sections: { name: string; raw: string; items: (Assignment | Remark)[] }[];
  readonly faults: UnitFault[];
}

/** Reads what begins at a line: a remark, a section's header, or an assignment with its continuations. Gives the index behind it. */
function readNext(reading: Reading, at: number): number {
  const { lines, preamble, sections, faults } = reading;
  const raw = lines[at] ?? '';
  const first = dropBreak(raw);
  const start = first.trim();
  if (first.length > MAX_LINE_LENGTH) {
    faults.push({ line: at + 1, why: 'the line is longer than 1 MiB', fatal: true });
    return at + 1;
  }
  if (start === '' || isComment(first)) {
    (sections.at(-1)?.items ?? preamble).push({ kind: 'remark', raw });
    return at + 1;
  }
  const { value, next } = readLogicalLine(lines, at);
  // Comments may be anything (systemd, parse_line(): "String is not UTF-8 clean", and the file is given up).
  if (value.includes(NOT_UTF8)) {
    faults.push({ line: at + 1, why: 'it is not UTF-8', hint: 'Save the file as UTF-8.', fatal: true });
    return next;
  }
  if (start.startsWith('[')) {
    readHeader(reading, at, start);
    return at + 1;
  }
  readDirective(reading, { at, next, value });
  return next;
}

/** Opens a section, or gives the file up. */
function readHeader({ lines, sections, faults }: Reading, at: number, text: string): void {
  const name = /^\[([^\][\p{Cc}]+)\]$/u.exec(text)?.[1];
  if (name) sections.push({ name, raw: lines[at] ?? '', items: [] });
  else {
    const hint = 'A section is written [Name] on a line of its own.';
    faults.push({ line: at + 1, why: `"${text}" does not open a section`, hint, fatal: true });
  }
}

/** Puts an assignment into the open section, or passes over what is none. */
function readDirective(
  { lines, sections, faults }: Reading,
  logical: { at: number; next: number; value: string },
): void {
  const { at, next, value } = logical;
  const line = at + 1;
  const start = dropBreak(lines[at] ?? '').trim();
  const items = sections.at(-1)?.items;
  const equals = value.indexOf('=');
  const key = value.slice(0, Math.max(0, equals)).trim();
  if (!items) {
    const hint = 'Directives belong into a section such as [Service].';
    faults.push({ line, why: `"${start}" stands before any section`, hint, fatal: false });
  } else if (key === '') {
    const hint = 'Write Key=value; systemd would pass over this line.';
    faults.push({ line, why: `"${start}" is no assignment`, hint, fatal: false });
  } else {
    const raw = lines.slice(at, next).join('');
    items.push({ kind: 'assignment', key, value: value.slice(equals + 1).trim(), raw, line });
  }
}

/** Lines with their breaks: systemd takes LF, CR, CRLF and LFCR for one (systemd, read_line_full()). */
const splitLines = (text: string): string[] => text.match(/[^\r\n]*(?:\r\n|\n\r|[\r\n])|[^\r\n]+$/g) ?? [];

const dropBreak = (line: string): string => line.replace(/[\r\n]+$/, '');
const findBreak = (line: string): string => /[\r\n]+$/.exec(line)?.[0] ?? '';

const isComment = (line: string): boolean => /^\s*[#;]/.test(line);

/** Whether a line ends in a backslash that is not itself escaped by another. */
const isContinued = (line: string): boolean => (/\\*$/.exec(line)?.[0].length ?? 0) % 2 === 1;

/** Joins a line with its continuations; `next` is the index behind them. */
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

/** The text of a unit file: byte for byte what was parsed, but for what was changed since. */
export function renderUnitFile(file: UnitFile): string {
  return [...file.preamble, ...file.sections.flatMap((section) => [section, ...section.items])]
    .map(({ raw }) => raw)
    .join('');
}

/** A copy in which every assignment went through `change`; one that gives undefined leaves it as it is. */
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

/** The assignment's new text: comments that stood between its lines now stand before it, and its line break stays. */
function rewrite({ key, raw }: Assignment, value: string): string {
  const comments = splitLines(raw).slice(1).filter(isComment);
  return `${comments.join('')}${key}=${value}${findBreak(raw)}`;
}
