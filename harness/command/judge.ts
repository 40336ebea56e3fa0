import { judgedSchema } from '../contract/judged.js';
import { usageError } from '../core/errors.js';
import type { RunRecord } from '../record/reader.js';
import { findPrintedReporter, type Reporter } from '../report/reporter.js';
import { keepLastTries } from '../verdict/last-tries.js';
import { summarize, summarizeRecord } from '../verdict/summarize.js';
import { conclude, documentOf } from './conclude.js';
import type { JudgeFlags } from './declaration/judge.js';
import { printResults } from './print-results.js';
import { describeUnread, readRecords, unreadFacts } from './read-records.js';
import { writeReports } from './report-files.js';

/** `oomdrill judge`: the verdict on stored records, the same that their drills gave. */
export async function executeJudge(
  paths: readonly string[],
  flags: JudgeFlags,
  reporters: readonly Reporter[],
): Promise<void> {
  await conclude(
    flags,
    async () => {
      const { read, unread } = await readRecords(paths, (record, path) => ({
        run: summarizeRecord(record, path),
        host: record.header.host,
        end: endOf(record),
      }));
      const [first] = read;
      if (!first) throw usageError('RECORD_NONE', 'A record must be named.', 'Name a record.jsonl below reports/.');
      const { runs, passedOver } = keepLastTries(read.map(({ run }) => run));
      // The host is the one that the drill ran on, not the one that judges.
      const at = read
        .map(({ end }) => end)
        .sort()
        .at(-1);
      const summary = summarize(runs, first.host, { at });
      const reporter = findPrintedReporter(flags.printed, reporters);
      const notes = [
        ...describeUnread(unread),
        ...passedOver.map(({ record }) => `skipped ${record}: the host disturbed this drill, and it was run again`),
      ];
      const text = () => printResults(reporter, summary, notes);
      return {
        document: documentOf(judgedSchema, { ...summary, unread: unreadFacts(unread) }),
        text,
        // What cannot be read proves nothing, and hides no failure.
        exitCode: unread.length > 0 && summary.exitCode === 0 ? 2 : summary.exitCode,
        files: [() => writeReports(summary, flags.reports, process.env, reporters)],
      };
    },
    reporters,
  );
}

/** When the drill of a record was over, by its host's wall clock, ISO 8601. */
function endOf({ header, entries }: RunRecord): string {
  const times = entries.map((entry) => ('t' in entry ? entry.t : 0));
  return new Date(Date.parse(header.startedAt) + (times.at(-1) ?? 0)).toISOString();
}
