import type { ConfigReport, OptionInForce } from '../contract/config.js';
import { printable } from '../core/printable.js';
import { type PrintableText, textOf } from '../core/printable-text.js';
import { wrap } from './layout.js';

const HEAD: Row = ['option', 'value', 'set by'];

/** A line of a table: the option, its value, and what sets it. */
type Row = readonly [string, string, string];

/**
 * Renders for people what is in force: all options of the command that was asked about, or of all commands those that are not at their
 * defaults.
 *
 * @param one whether a command was asked about
 */
export function renderConfig(report: ConfigReport, one: boolean, columns: number): PrintableText {
  const { file, fault, commands, unknownVariables } = report;
  const lines = [`configuration: ${file ?? (fault === null ? 'there is no file' : 'a file that could not be read')}`];
  if (fault !== null) lines.push(...wrap(`It cannot be used: ${fault}`, columns));
  for (const table of ['reporters', 'probes', 'injections'] as const) {
    if (report[table].length > 0) lines.push(`${table}: ${report[table].join(', ')}`);
  }
  const rows = one ? commands.flatMap(rowsOfCommand) : rowsOfAll(commands);
  if (rows.length > 0) lines.push('', ...renderRows([HEAD, ...rows], columns));
  if (!one) {
    const rest = 'are at their defaults. `oomdrill config COMMAND` shows those of a command.';
    lines.push('', ...wrap(`All ${rows.length === 0 ? '' : 'other '}options ${rest}`, columns));
  }
  for (const { name, hint } of unknownVariables)
    lines.push('', ...wrap(`warning: ${name} has no effect. ${hint}`, columns));
  return textOf(lines);
}

const rowsOfCommand = ({ options }: ConfigReport['commands'][number]): Row[] =>
  options.map((option) => [option.option, shownValue(option), sourceOf(option)]);

/** One row for what one setting sets in several commands. */
function rowsOfAll(commands: ConfigReport['commands']): Row[] {
  const rows = new Map<string, { option: OptionInForce; commands: string[] }>();
  for (const { command, options } of commands) {
    for (const option of options) {
      if (option.setBy === 'default') continue;
      const key = JSON.stringify(option);
      const row = rows.get(key) ?? { option, commands: [] };
      row.commands.push(command);
      rows.set(key, row);
    }
  }
  return [...rows.values()].map(({ option, commands }) => [
    option.option,
    shownValue(option),
    `${sourceOf(option)} (${commands.join(', ')})`,
  ]);
}

function shownValue({ value, fault, passedOver }: OptionInForce): string {
  if (fault !== undefined) return 'wrong';
  if (passedOver !== undefined) return 'not used';
  if (value === null) return '-';
  const text = typeof value === 'object' ? value.join(',') : String(value);
  return text === '' ? '""' : printable(text);
}

function sourceOf({ variable, key, fault, passedOver }: OptionInForce): string {
  const source = variable ?? key ?? 'default';
  // The error names the source itself.
  return fault ?? (passedOver === undefined ? source : `${source}: ${passedOver}`);
}

/** Values longer than this have their source on a line of its own. */
const MAX_VALUE_WIDTH = 24;
/** The column of options is not wider: what is next to a longer one is moved to the right. */
const MAX_OPTION_WIDTH = 40;
const GAP = '  ';

function renderRows(rows: readonly Row[], columns: number): string[] {
  const optionWidth = Math.min(MAX_OPTION_WIDTH, Math.max(...rows.map(([option]) => option.length)));
  const values = rows.map(([, value]) => value.length).filter((length) => length <= MAX_VALUE_WIDTH);
  const valueWidth = Math.max(0, ...values);
  const margin = optionWidth + valueWidth + 2 * GAP.length;
  return rows.flatMap(([option, value, source]) => {
    const [first = '', ...others] = wrap(source, columns - margin);
    const start = `${option.padEnd(optionWidth)}${GAP}${value.padEnd(valueWidth)}`;
    const further = others.map((line) => `${' '.repeat(margin)}${line}`);
    if (value.length <= valueWidth) return [`${start}${GAP}${first}`, ...further];
    return [start, `${' '.repeat(margin)}${first}`, ...further];
  });
}
