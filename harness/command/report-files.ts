import { appendFile } from 'node:fs/promises';
import { machineError, messageOf, type OomdrillError } from '../core/errors.js';
import { replaceFile } from '../core/replace-file.js';
import { fileReporters, type Reporter } from '../report/reporter.js';
import { REPORTERS } from '../report/reporters.js';
import type { Summary } from '../verdict/summary.js';
import type { ReportFiles } from './report-flags.js';

/**
 * Writes the files that the caller asked for, and those that the environment asks for: GitHub Actions names a file for the job's
 * page in GITHUB_STEP_SUMMARY, which the Markdown is added to.
 *
 * @throws OomdrillError `REPORT_WRITE`, when all others are written
 */
export async function writeReports(
  summary: Summary,
  files: ReportFiles,
  env: Readonly<Record<string, string | undefined>>,
  table: readonly Reporter[] = REPORTERS,
): Promise<void> {
  const failures: OomdrillError[] = [];
  const attempt = async (name: string, file: string | undefined, write: (file: string) => Promise<void>) => {
    if (!file) return;
    await write(file).catch((cause: unknown) => {
      const message = `Could not write the report of ${name} to ${file}: ${messageOf(cause)}.`;
      failures.push(machineError('REPORT_WRITE', message, `Name another file with ${name}.`, cause));
    });
  };
  for (const reporter of fileReporters(table)) {
    await attempt(`--${reporter.name}`, files[reporter.name], async (file) =>
      replaceFile(file, await reporter.render(summary)),
    );
    const { alsoAddedTo } = reporter;
    if (alsoAddedTo !== undefined)
      await attempt(alsoAddedTo, env[alsoAddedTo], async (file) => appendFile(file, await reporter.render(summary)));
  }
  const [first, ...others] = failures;
  if (!first) return;
  if (others.length === 0) throw first;
  const message = failures.map((failure) => failure.message).join(' ');
  throw machineError('REPORT_WRITE', message, 'Name other files.', first);
}
