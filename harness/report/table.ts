import Table from 'cli-table3';
import { printable } from '../core/printable.js';
import { Painted } from '../core/printable-text.js';

/** A column of a table: its heading, and `right` for figures. */
export type TableColumn = readonly [heading: string, align?: 'right'];

/** No terminal is wider, and cli-table3 needs seconds for a cell of thousands of characters. */
const MAX_CELL_LENGTH = 500;

const cut = (text: string): string =>
  text.length <= MAX_CELL_LENGTH ? text : `${text.slice(0, MAX_CELL_LENGTH - 1).replace(/\p{Cs}$/u, '')}…`;

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
  for (const row of rows) table.push(row.map((cell) => (cell instanceof Painted ? cell.shown : cut(printable(cell)))));
  return table
    .toString()
    .split('\n')
    .map((line) => new Painted(line));
}
