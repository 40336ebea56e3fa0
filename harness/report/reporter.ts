import type { Summary } from '../verdict/summary.js';
import type { TerminalStyle } from './layout.js';

/** What every way to tell the results of drills has. */
interface ReporterFacts {
  /** Its option as well: `junit` is asked for by `--junit`. */
  readonly name: string;
  /** What the option does, for `--help`. */
  readonly description: string;
  /** Who reads it, and what our tests check it against: a line of docs/reporters.md. */
  readonly readBy: string;
  readonly checkedBy: string;
}

/** Results as a file, which the option names. */
export interface FileReporter extends ReporterFacts {
  readonly output: 'file';
  /** Imports its renderer, so that no other command loads it. */
  readonly render: (summary: Summary) => Promise<string>;
  /** The file is put in place as a whole, for a reader may come at any moment; otherwise it is overwritten. */
  readonly isReplacedWhole?: boolean;
  /** An environment variable that names a file to which the text is added without being asked for, where it is set. */
  readonly alsoAddedTo?: string;
}

/** Results on standard output, in the place of the text for people. */
export interface PrintedReporter extends ReporterFacts {
  readonly output: 'stdout';
  readonly render: (summary: Summary, style: TerminalStyle) => Promise<string>;
  /** A line that is no result, such as a record that could not be read; newline not included. */
  readonly note: (line: string) => string;
  /** Printed where no other is asked for: it has no option. */
  readonly isDefault?: boolean;
}

/**
 * A way to tell the results of drills. Command line, completion and docs/reporters.md are derived from the table of them,
 * `reporters.ts`. A user's own is an object of this type in a table of theirs.
 */
export type Reporter = FileReporter | PrintedReporter;

export const fileReporters = (table: readonly Reporter[]): readonly FileReporter[] =>
  table.filter((reporter) => reporter.output === 'file');

export const printedReporters = (table: readonly Reporter[]): readonly PrintedReporter[] =>
  table.filter((reporter) => reporter.output === 'stdout');

/** The one of this name that prints; the default one without a name. A table without either is a bug of who made it. */
export function printedReporterNamed(name: string | undefined, table: readonly Reporter[]): PrintedReporter {
  const found = printedReporters(table).find((reporter) => (name ? reporter.name === name : reporter.isDefault));
  if (!found) throw new Error(`no reporter prints ${name ?? 'by default'}`);
  return found;
}
