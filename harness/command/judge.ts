import { usageError } from '../core/errors.js';
import { readRecord } from '../record/reader.js';
import { renderTap } from '../report/tap.js';
import { renderRuns, terminalStyle } from '../report/terminal.js';
import { summarize, summarizeRecord } from '../verdict/summarize.js';
import { conclude } from './conclude.js';

/** `oomdrill judge`: the verdict on stored records, the same that their drills gave. */
export async function judgeRecords(paths: readonly string[], flags: { json?: string; tap?: true }): Promise<void> {
  await conclude(flags, async () => {
    const records = await Promise.all(paths.map(async (path) => ({ path, record: await readRecord(path) })));
    const runs = records.map(({ path, record }) => summarizeRecord(record, path));
    const [first] = records;
    if (!first)
      throw usageError('RECORD_NONE', 'No record was named.', 'Name a record.jsonl of a folder under reports/.');
    // The host is the one that the drill ran on, not the one that judges.
    const summary = summarize(runs, first.record.header.host);
    const text = flags.tap ? renderTap(summary) : renderRuns(runs, terminalStyle(process.stdout, process.env));
    return { data: summary, text, exitCode: summary.exitCode };
  });
}
