import { usageError } from '../core/errors.js';

/** One assignment `Key=value`, with the text that it was written as. */
export interface Assignment {
  readonly kind: 'assignment';
  readonly key: string;
  /** Continuation lines joined by a space each, as systemd joins them. */
  readonly value: string;
  /** The source text, line breaks included; what is rendered while the value is not changed. */
  readonly raw: string;
  /** Line number in the file, from 1. */
  readonly line: number;
}

/** A comment or an empty line, kept as written. */
export interface Remark {
  readonly kind: 'remark';
  readonly raw: string;
}

/** A `[Section]` and what stands in it. A file may open the same section several times. */
export interface Section {
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

/** systemd gives up on longer lines (LONG_LINE_MAX, 1 MiB). */
const LONGEST_LINE = 1024 * 1024;

/**
 * Parses a unit file as systemd does (systemd.syntax(7)): `#` and `;` start comments, a backslash at the end of a line
 * continues it with the next, comments inside a continuation are passed over, white space around `=` is dropped.
 * Stricter than systemd where it only warns and goes on without the line: a drill of a unit that says something else than
 * its author wrote would prove nothing.
 *
 * @throws OomdrillError `UNIT_SYNTAX` that names file and line
 */
export function parseUnitFile(text: string, path: string): UnitFile {
  if (text.includes('\0')) throw usageError('UNIT_SYNTAX', `${path} is not a unit file: it holds binary data.`);
  const lines = text.split('\n');
  // A file that ends with a newline has no further line behind it.
  if (lines.at(-1) === '') lines.pop();
  const preamble: Remark[] = [];
  const sections: { name: string; raw: string; items: (Assignment | Remark)[] }[] = [];
  for (let at = 0; at < lines.length; at++) {
    const first = lines[at] ?? '';
    const fail = (why: string, hint?: string) => usageError('UNIT_SYNTAX', `${path}:${at + 1}: ${why}.`, hint);
    if (first.length > LONGEST_LINE) throw fail('the line is longer than 1 MiB');
    const start = first.trim();
    const items = sections.at(-1)?.items;
    if (start === '' || start.startsWith('#') || start.startsWith(';')) {
      (items ?? preamble).push({ kind: 'remark', raw: first });
      continue;
    }
    if (start.startsWith('[')) {
      const name = /^\[([^\][\p{Cc}]+)\]$/u.exec(start)?.[1];
      if (!name) throw fail(`"${start}" does not open a section`, 'A section is written [Name] on a line of its own.');
      sections.push({ name, raw: first, items: [] });
      continue;
    }
    if (!items)
      throw fail(`"${start}" stands before any section`, 'Directives belong into a section such as [Service].');
    const read = readLogicalLine(lines, at);
    const equals = read.value.indexOf('=');
    if (equals < 1) throw fail(`"${start}" is no assignment`, 'Write Key=value; systemd would pass over this line.');
    items.push({
      kind: 'assignment',
      key: read.value.slice(0, equals).trim(),
      value: read.value.slice(equals + 1).trim(),
      raw: lines.slice(at, read.next).join('\n'),
      line: at + 1,
    });
    at = read.next - 1;
  }
  return { path, preamble, sections };
}

/** Joins a line with its continuations; `next` is the index behind them. */
function readLogicalLine(lines: readonly string[], start: number): { value: string; next: number } {
  let value = '';
  let next = start;
  for (; next < lines.length; next++) {
    const line = lines[next] ?? '';
    if (next > start && /^\s*[#;]/.test(line)) continue;
    const continued = line.endsWith('\\');
    value += continued ? `${line.slice(0, -1)} ` : line;
    if (!continued) return { value, next: next + 1 };
  }
  return { value, next };
}

/** The text of a unit file: byte for byte what was parsed, but for what was changed since. */
export function renderUnitFile(file: UnitFile): string {
  const lines = [
    ...file.preamble.map(({ raw }) => raw),
    ...file.sections.flatMap((section) => [section.raw, ...section.items.map(({ raw }) => raw)]),
  ];
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
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
        return value === undefined ? item : { ...item, value, raw: `${item.key}=${value}` };
      }),
    })),
  };
}
