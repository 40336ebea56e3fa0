import { machineError, messageOf } from '../core/errors.js';
import { say } from '../core/say.js';
import { guardEarlyExit } from '../loader/early-exit.js';
import type { FileReporter, PrintedReporter, Reporter } from '../report/reporter.js';

/**
 * A reporter of the user's own, whose mistakes do not cost the results of a night of drills: where it cannot print, the reporter for
 * people does. One that writes a file may throw; the other files are written nevertheless.
 *
 * @param file of the configuration, for what is said
 */
export function guardReporter(reporter: Reporter, file: string): Reporter {
  return reporter.output === 'file' ? guardFile(reporter, file) : guardPrinted(reporter, file);
}

function guardFile(reporter: FileReporter, file: string): FileReporter {
  const render: FileReporter['render'] = (summary) => renderText(reporter, file, () => reporter.render(summary));
  return inherit(reporter, { render });
}

function guardPrinted(reporter: PrintedReporter, file: string): PrintedReporter {
  const render: PrintedReporter['render'] = async (summary, style) => {
    try {
      return await renderText(reporter, file, () => reporter.render(summary, style));
    } catch (thrown) {
      const why = messageOf(thrown).replace(/\.$/, '');
      say(`warning: ${file}: the reporter ${reporter.name} could not print: ${why}.`);
      const { renderRuns } = await import('../report/terminal.js');
      return renderRuns(summary.runs, style);
    }
  };
  return inherit(reporter, { render });
}

/** The same object with some parts in place of its own; it may be of a class. */
const inherit = <T extends Reporter>(reporter: T, parts: Partial<T>): T =>
  Object.assign(Object.create(reporter) as T, parts);

async function renderText({ name }: Reporter, file: string, render: () => unknown): Promise<string> {
  const message = `${file}: the reporter ${name} ended the program before it gave its text.`;
  const text = await guardEarlyExit(machineError('REPORT_WRITE', message, 'Does it wait for something?'), render);
  if (typeof text === 'string') return text;
  throw new Error('its function render must give a text');
}
