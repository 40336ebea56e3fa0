import type { FileReporter, PrintedReporter } from '../../report/reporter.js';

/**
 * A reporter as a contributor would write one, for tests of everything derived from the table: a line for each drill.
 */
export const fakeReporter: FileReporter = {
  name: 'fake-lines',
  description: 'write the results as lines for tests',
  output: 'file',
  render: async ({ runs }) => runs.map(({ scenario, verdict }) => `${scenario}=${verdict}\n`).join(''),
  alsoAddedTo: 'FAKE_LINES',
};

/** A reporter that prints. */
export const fakePrinter: PrintedReporter = {
  name: 'fake-words',
  description: 'print the results as words for tests',
  output: 'stdout',
  render: async ({ runs }) => `fake words on ${runs.length} drill\n`,
  note: (line) => `fake note: ${line}`,
};
