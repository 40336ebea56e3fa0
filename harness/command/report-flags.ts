import { fileReporters, printedReporters, type Reporter } from '../report/reporter.js';
import { DeclaredOption } from './declared-option.js';
import type { Flag } from './flag.js';
import { fileNames } from './words.js';

/** Files that results are to be written to, by the names of the reporters. */
export type ReportFiles = Readonly<Record<string, string | undefined>>;

/** An option for each reporter that writes a file. */
export function reportFilesFlag(table: readonly Reporter[]): Flag<ReportFiles> {
  const declared = fileReporters(table).map(({ name, description }) => {
    const option = new DeclaredOption(`--${name} <file>`, description);
    option.words = fileNames;
    return { name, option };
  });
  return {
    options: () => declared.map(({ option }) => option),
    read: (values) => Object.fromEntries(declared.map(({ name, option }) => [name, values[option.attributeName()]])),
  };
}

/** An option for each reporter that prints, which exclude each other; the name of the one that was asked for. */
export function printedReportFlag(table: readonly Reporter[]): Flag<string | undefined> {
  const declared = printedReporters(table)
    .filter(({ isDefault }) => !isDefault)
    .map(({ name, description }) => ({ name, option: new DeclaredOption(`--${name}`, description) }));
  const attributes = declared.map(({ option }) => option.attributeName());
  for (const { option } of declared) {
    const alternatives = attributes.filter((name) => name !== option.attributeName());
    option.conflicts(alternatives);
    option.rule = { alternatives };
  }
  return {
    options: () => declared.map(({ option }) => option),
    read: (values) => declared.find(({ option }) => values[option.attributeName()])?.name,
  };
}
