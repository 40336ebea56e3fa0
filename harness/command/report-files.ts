import { appendFile, writeFile } from 'node:fs/promises';
import { machineError, messageOf, type OomdrillError } from '../core/errors.js';
import { replaceFile } from '../core/replace-file.js';
import type { Summary } from '../verdict/summary.js';

/** Where results are written for other programs, besides `--json`. */
export interface ReportFlags {
  readonly junit?: string;
  readonly markdown?: string;
  readonly openmetrics?: string;
}

/**
 * Writes the files that the caller asked for. On GitHub Actions, which names a file for the job's page in GITHUB_STEP_SUMMARY,
 * the Markdown is added to that as well. Renderers are loaded only where they are needed.
 *
 * @throws OomdrillError `REPORT_WRITE`, when all others are written
 */
export async function writeReports(
  summary: Summary,
  { junit, markdown, openmetrics }: ReportFlags,
  env: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  const stepSummary = env.GITHUB_STEP_SUMMARY;
  const failures: OomdrillError[] = [];
  const attempt = async (file: string | undefined, write: (file: string) => Promise<void>) => {
    if (!file) return;
    await write(file).catch((cause: unknown) => {
      const message = `The report cannot be written to ${file}: ${messageOf(cause)}.`;
      failures.push(machineError('REPORT_WRITE', message, 'Name another file.', cause));
    });
  };
  await attempt(junit, async (file) => writeFile(file, (await import('../report/junit.js')).renderJunit(summary)));
  const page = async () => (await import('../report/markdown.js')).renderMarkdown(summary);
  await attempt(markdown, async (file) => writeFile(file, await page()));
  await attempt(stepSummary, async (file) => appendFile(file, await page()));
  await attempt(openmetrics, async (file) =>
    // node_exporter may read it at any moment.
    replaceFile(file, await (await import('../report/openmetrics.js')).renderOpenMetrics(summary)),
  );
  const [first] = failures;
  if (first) throw first;
}
