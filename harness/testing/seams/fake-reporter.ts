import type { FileReporter, PrintedReporter } from '../../report/reporter.js';

/** A reporter as somebody else would write one, for tests of what is derived from the table: a line a drill. */
export const fakeReporter: FileReporter = {
  name: 'fake-lines',
  description: 'write the results as lines that nobody reads',
  readBy: 'tests',
  checkedBy: 'nothing',
  output: 'file',
  render: async ({ runs }) => runs.map(({ scenario, verdict }) => `${scenario}=${verdict}\n`).join(''),
  alsoAddedTo: 'FAKE_LINES',
};

/** One that prints. */
export const fakePrinter: PrintedReporter = {
  name: 'fake-words',
  description: 'print the results as words that nobody hears',
  readBy: 'tests',
  checkedBy: 'nothing',
  output: 'stdout',
  render: async ({ runs }) => `fake words on ${runs.length} drill\n`,
  note: (line) => `fake note: ${line}`,
};
