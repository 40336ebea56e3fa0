import { OomdrillError, usageError } from '../core/errors.js';
import { type RunRecord, readRecord } from '../record/reader.js';
import { renderTap } from '../report/tap.js';
import { renderRuns, terminalStyle } from '../report/terminal.js';
import { lastTries } from '../verdict/last-tries.js';
import { summarize, summarizeRecord } from '../verdict/summarize.js';
import { conclude } from './conclude.js';
import { type ReportFlags, writeReports } from './report-files.js';

export interface JudgeFlags extends ReportFlags {
  readonly json?: string;
  readonly tap?: true;
}

/** `oomdrill judge`: the verdict on stored records, the same that their drills gave. */
export async function judgeRecords(paths: readonly string[], flags: JudgeFlags): Promise<void> {
  await conclude(flags, async () => {
    const { records, unread } = await readAll(paths);
    const [first] = records;
    if (!first) {
      const none = usageError('RECORD_NONE', 'No record was named.', 'Name a record.jsonl of a folder under reports/.');
      throw unread[0]?.error ?? none;
    }
    const { runs, passedOver } = lastTries(records.map(({ path, record }) => summarizeRecord(record, path)));
    // The host is the one that the drill ran on, not the one that judges.
    const at = records
      .map(({ record }) => endOf(record))
      .sort()
      .at(-1);
    const summary = summarize(runs, first.record.header.host, { at });
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

/** One that cannot be read does not hide the others. */
async function readAll(paths: readonly string[]) {
  const records: { path: string; record: RunRecord }[] = [];
  const unread: { path: string; error: OomdrillError }[] = [];
  for (const path of paths) {
    try {
      records.push({ path, record: await readRecord(path) });
    } catch (error) {
      if (!(error instanceof OomdrillError)) throw error;
      unread.push({ path, error });
    }
  }
  return { records, unread };
}

/** When the drill of a record was over, by its host's wall clock, ISO 8601. */
function endOf({ header, entries }: RunRecord): string {
  const times = entries.map((entry) => ('t' in entry ? entry.t : 0));
  return new Date(Date.parse(header.startedAt) + (times.at(-1) ?? 0)).toISOString();
}
