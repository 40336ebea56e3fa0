import { printable } from '../core/printable.js';
import { formattedText, joinTexts, type PrintableText } from '../core/printable-text.js';
import { chooseStyle } from '../report/layout.js';
import type { PrintedReporter } from '../report/reporter.js';
import type { Summary } from '../verdict/summary.js';

/**
 * What a reporter prints on standard output.
 *
 * @param notes lines besides the results, such as a record that could not be read: they may hold text from outside
 */
export async function printResults(
  reporter: PrintedReporter,
  summary: Summary,
  notes: readonly string[] = [],
): Promise<PrintableText> {
  const results = await reporter.render(summary, chooseStyle(process.stdout, process.env));
  const lines = notes.map((note) => formattedText(`${reporter.note(printable(note))}\n`));
  return joinTexts([...lines, formattedText(results)]);
}
