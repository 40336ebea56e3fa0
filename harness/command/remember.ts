import { join } from 'node:path';
import { assets } from '../core/assets.js';
import { type Baseline, NOTHING_ACCEPTED, readBaseline } from '../history/baseline.js';
import { appendHistory, readHistory } from '../history/file.js';
import { createNight } from '../history/night.js';
import type { HistoryEntry } from '../history/schema.js';
import { withDrifts } from '../history/watch.js';
import type { Reporter } from '../report/reporter.js';
import type { RunSummary, Summary } from '../verdict/summary.js';
import { reportError } from './failure.js';
import { findOutputFault } from './output-files.js';
import { writeReports } from './report-files.js';
import type { ReportFiles } from './report-flags.js';

/** The history of a folder of reports. */
export const historyIn = (outDir: string): string => join(outDir, 'history.jsonl');

/** The accepted state, which is under version control. */
export const baselineFile = (): string => assets.report('baseline.json');

/** The results of a run, each with what drifts in it. */
export async function markDrifts(
  runs: readonly RunSummary[],
  history: string,
  baseline: string | undefined,
): Promise<RunSummary[]> {
  const past = await readPast(history, baseline);
  return runs.map((run) => withDrifts(run, past.entries, past.baseline));
}

/**
 * Checks before any work is done that its results can be compared with a history and the accepted state, and added to the
 * history: a file that is not a history is never written to.
 *
 * @param history the default one, whose directory may be made; unless one is named in `flags`
 * @throws OomdrillError `OUTPUT_FILE`, and what reading the two files throws
 */
export async function checkPast(
  history: string,
  flags: { readonly history?: string; readonly baseline?: string; readonly out?: string },
): Promise<void> {
  const named = flags.history;
  const fault = named === undefined ? undefined : await findOutputFault({ name: '--history', file: named }, flags.out);
  if (fault) throw fault;
  await readHistory(history);
  await readBaseline(flags.baseline ?? baselineFile());
}

/**
 * Reads a history and the accepted state. Where they cannot be read nothing can drift, and that is said: tonight's results are
 * worth telling all the same.
 */
export async function readPast(
  history: string,
  baseline = baselineFile(),
): Promise<{ entries: readonly HistoryEntry[]; baseline: Baseline }> {
  try {
    const { entries, damaged } = await readHistory(history);
    if (damaged.length > 0)
      say(`lines of ${history} that could not be read: ${damaged.length}, the first is ${damaged[0]}`);
    return { entries, baseline: await readBaseline(baseline) };
  } catch (thrown) {
    reportError(thrown);
    return { entries: [], baseline: NOTHING_ACCEPTED };
  }
}

/**
 * Writes the reports that were asked for, and adds the results to a history, which a report that cannot be written does not keep
 * them from.
 *
 * @param history undefined where nothing is to be remembered
 * @throws OomdrillError `REPORT_WRITE`, `HISTORY_UNREADABLE`, `HISTORY_WRITE`
 */
export async function reportAndRemember(
  summary: Summary,
  files: ReportFiles,
  history: string | undefined,
  reporters: readonly Reporter[],
): Promise<void> {
  try {
    await writeReports(summary, files, process.env, reporters);
  } finally {
    if (history !== undefined) await remember(history, createNight(summary, summary.at ?? new Date().toISOString()));
  }
}

/** Adds an entry, and says where a damaged history was kept. @throws OomdrillError `HISTORY_UNREADABLE`, `HISTORY_WRITE` */
export async function remember(history: string, entry: HistoryEntry): Promise<void> {
  const keptIn = await appendHistory(history, entry);
  if (keptIn !== undefined) say(`the damaged history is kept in ${keptIn}`);
}

const say = (what: string) => process.stderr.write(`oomdrill: ${what}\n`);
