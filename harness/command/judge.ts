import { usageError } from '../core/errors.js';
import type { RunRecord } from '../record/reader.js';
import { renderTap } from '../report/tap.js';
import { renderRuns, terminalStyle } from '../report/terminal.js';
import { lastTries } from '../verdict/last-tries.js';
import { summarize, summarizeRecord } from '../verdict/summarize.js';
import { conclude } from './conclude.js';
import { readRecords } from './read-records.js';
import { type ReportFlags, writeReports } from './report-files.js';

export interface JudgeFlags extends ReportFlags {
  readonly json?: string;
  readonly tap?: true;
}

/** `oomdrill judge`: the verdict on stored records, the same that their drills gave. */
export async function judgeRecords(paths: readonly string[], flags: JudgeFlags): Promise<void> {
  await conclude(flags, async () => {
    const { read, unread } = await readRecords(paths, (record, path) => ({
      run: summarizeRecord(record, path),
      host: record.header.host,
      end: endOf(record),
    }));
    const [first] = read;
    if (!first)
      throw usageError('RECORD_NONE', 'No record was named.', 'Name a record.jsonl of a folder under reports/.');
    const { runs, passedOver } = lastTries(read.map(({ run }) => run));
    // The host is the one that the drill ran on, not the one that judges.
    const at = read
      .map(({ end }) => end)
      .sort()
      .at(-1);
    const summary = summarize(runs, first.host, { at });
    const style = terminalStyle(process.stdout, process.env);
    const notes = [
      ...unread.map(({ error }) => `not read: ${error.message}\n`),
      ...passedOver.map(({ record }) => `passed over: the host spoiled ${record}, and it has a second try\n`),
    ];
    const text = flags.tap
      ? [...notes.map((note) => `# ${note}`), renderTap(summary)].join('')
      : [...notes, renderRuns(runs, style)].join('');
    return {
      data: { ...summary, unread: unread.map(({ path, error: { code, message } }) => ({ path, code, message })) },
      text,
      // What cannot be read proves nothing, and hides no failure.
      exitCode: unread.length > 0 && summary.exitCode === 0 ? 2 : summary.exitCode,
      files: () => writeReports(summary, flags, process.env),
    };
  });
}

/** When the drill of a record was over, by its host's wall clock, ISO 8601. */
function endOf({ header, entries }: RunRecord): string {
  const times = entries.map((entry) => ('t' in entry ? entry.t : 0));
  return new Date(Date.parse(header.startedAt) + (times.at(-1) ?? 0)).toISOString();
}
