import { formatSeconds } from '../core/clock.js';
import { type PrintableText, textOf } from '../core/printable-text.js';
import { COLUMN_NAMES, type Row, type StoreColumn } from '../store/row.js';
import type { StoredTally } from '../store/store.js';
import { renderTable } from './table.js';

const shown = (value: string | number | null): string => (value === null ? '-' : String(value));
const gap = (ms: number | string | null): string => (typeof ms === 'number' ? formatSeconds(ms) : '-');

/** Renders a page of drills for people. */
export function renderRows(rows: readonly Row[], matching: number, offset: number): PrintableText {
  const lines = rows.map((row) => [
    String(row.at).slice(0, 16),
    [row.scenario, row.place, row.bundle && `with ${row.bundle}`].filter((one) => one !== null).join(' '),
    [row.guest, row.kernel].filter((one) => one !== null).join(', '),
    shown(row.verdict),
    shown(row.outcome),
    gap(row.longestGapMs),
  ]);
  const columns = [['at'], ['drill'], ['guest'], ['verdict'], ['outcome'], ['longest gap', 'right']] as const;
  const range = rows.length === 0 ? 'none' : `${offset + 1} to ${offset + rows.length}`;
  return textOf([
    ...(rows.length > 0 ? renderTable(columns, lines) : []),
    `${range} of ${matching} drills, the newest first`,
  ]);
}

/** Renders how groups of drills ended. */
export function renderTallies(tallies: readonly StoredTally[], by: readonly StoreColumn[]): PrintableText {
  const lines = tallies.map(({ values, drills, passed, failed, worstGapMs }) => [
    ...values.map(shown),
    ...[drills, passed, failed, drills - passed - failed].map(String),
    gap(worstGapMs),
  ]);
  const figures = ['drills', 'passed', 'failed', 'proved nothing', 'worst gap'].map((name) => [name, 'right'] as const);
  return textOf(renderTable([...by.map((name) => [name] as const), ...figures], lines));
}

/** The columns of `renderCsv` where drills are grouped, after those that they are grouped by. */
const TALLIED = ['drills', 'passed', 'failed', 'worstGapMs'] as const;

/** Rows as a spreadsheet reads them (RFC 4180): each drill with all that the store has of it, or each group. */
export function renderResultsCsv(rows: Iterable<Row> | readonly StoredTally[], by?: readonly StoreColumn[]): string {
  let text = lineOf(by ? [...by, ...TALLIED] : COLUMN_NAMES);
  for (const row of rows) text += lineOf(cellsOf(row));
  return text;
}

const cellsOf = (row: Row | StoredTally): readonly Cell[] =>
  'values' in row
    ? [...(row as StoredTally).values, ...TALLIED.map((name) => (row as StoredTally)[name])]
    : COLUMN_NAMES.map((name) => (row as Row)[name]);

type Cell = string | number | null | undefined;

const lineOf = (cells: readonly Cell[]): string => `${cells.map(quoted).join(',')}\r\n`;

/** A cell that begins as a formula would is text, so that a spreadsheet does not carry it out. */
function quoted(value: Cell): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
