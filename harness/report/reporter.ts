import type { Summary } from '../verdict/summary.js';
import type { TerminalStyle } from './layout.js';

/** What all reporters have. */
interface ReporterFacts {
  /** Also the name of its option: `--junit` chooses `junit`. */
  readonly name: string;
  /** What the option does, for `--help`. */
  readonly description: string;
}

/** What docs/reporters.md has of a reporter of ours besides: the programs or people that read it, and what our tests check it with. */
export interface ReporterManual {
  readonly readBy: string;
  readonly checkedBy: string;
}

/** Writes results to a file, which the option names. */
export interface FileReporter extends ReporterFacts {
  readonly output: 'file';
  /** Imports the renderer only when it is needed, so that no other command loads it. */
  readonly render: (summary: Summary) => Promise<string>;
  /** An environment variable: if it is set, the text is also added to the file that it names, without an option. */
  readonly alsoAddedTo?: string;
}

/** Prints results on standard output, instead of the text for people. */
export interface PrintedReporter extends ReporterFacts {
  readonly output: 'stdout';
  readonly render: (summary: Summary, style: TerminalStyle) => Promise<string>;
  /** Formats a line that is not a result, such as a record that could not be read; without a newline. */
  readonly note: (line: string) => string;
  /** Prints if no other reporter is chosen, and has no option. */
  readonly isDefault?: boolean;
}

/**
 * A format for the results of drills. The command line, its completion and docs/reporters.md are derived from the table
 * in `reporters.ts`. A user's own reporter is an object of this type in their configuration.
 */
export type Reporter = FileReporter | PrintedReporter;

/** The reporters of a table that write files. */
export const fileReporters = (table: readonly Reporter[]): readonly FileReporter[] =>
  table.filter((reporter) => reporter.output === 'file');

/** The reporters of a table that print. */
export const printedReporters = (table: readonly Reporter[]): readonly PrintedReporter[] =>
  table.filter((reporter) => reporter.output === 'stdout');

/** Finds the printing reporter of this name, or the default one. @throws Error if the table has none, which is a bug */
export function findPrintedReporter(name: string | undefined, table: readonly Reporter[]): PrintedReporter {
  const found = printedReporters(table).find((reporter) => (name ? reporter.name === name : reporter.isDefault));
  if (!found) throw new Error(`no printing reporter is ${name === undefined ? 'the default' : `named ${name}`}`);
  return found;
}
