import Table from 'cli-table3';
import { printable } from '../core/printable.js';
import { Painted } from '../core/printable-text.js';

/** A column of a table: its heading, and `right` for figures. */
export type TableColumn = readonly [heading: string, align?: 'right'];

/** Lines of a table with borders, for a text for people. */
export function renderTable(
  columns: readonly TableColumn[],
  rows: readonly (readonly (string | Painted)[])[],
): Painted[] {
  const table = new Table({
    head: columns.map(([heading]) => heading),
    style: { head: [], border: [] },
    colAligns: columns.map(([, align]) => align ?? 'left'),
  });
  for (const row of rows) table.push(row.map((cell) => (cell instanceof Painted ? cell.shown : printable(cell))));
  return table
    .toString()
    .split('\n')
    .map((line) => new Painted(line));
}
