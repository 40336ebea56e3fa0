import { usageError } from '../core/errors.js';
import { type RunRecord, readRecord } from '../record/reader.js';
import { renderTap } from '../report/tap.js';
import { renderRuns, terminalStyle } from '../report/terminal.js';
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
    const records = await Promise.all(paths.map(async (path) => ({ path, record: await readRecord(path) })));
    const runs = records.map(({ path, record }) => summarizeRecord(record, path));
    const [first] = records;
    if (!first)
      throw usageError('RECORD_NONE', 'No record was named.', 'Name a record.jsonl of a folder under reports/.');
    // The host is the one that the drill ran on, not the one that judges.
    const at = records
      .map(({ record }) => endOf(record))
      .sort()
      .at(-1);
    const summary = summarize(runs, first.record.header.host, { at });
    const text = flags.tap ? renderTap(summary) : renderRuns(runs, terminalStyle(process.stdout, process.env));
    return { data: summary, text, exitCode: summary.exitCode, files: () => writeReports(summary, flags, process.env) };
  });
}

/** When the drill of a record was over, by its host's wall clock, ISO 8601. */
function endOf({ header, entries }: RunRecord): string {
  const times = entries.map((entry) => ('t' in entry ? entry.t : 0));
  return new Date(Date.parse(header.startedAt) + (times.at(-1) ?? 0)).toISOString();
}
