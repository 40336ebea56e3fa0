import { existsSync } from 'node:fs';
import { reportError } from '../core/report-error.js';
import { say } from '../core/say.js';
import { type Baseline, NOTHING_ACCEPTED, readBaseline } from '../history/baseline.js';
import { appendHistory, readHistory } from '../history/file.js';
import { createNight } from '../history/night.js';
import { baselineIn, historyIn } from '../history/place.js';
import type { HistoryEntry } from '../history/schema.js';
import { withDrifts } from '../history/watch.js';
import type { Reporter } from '../report/reporter.js';
import type { RunSummary, Summary } from '../verdict/summary.js';
import { findOutputFault } from './output-files.js';
import { rememberInStore } from './remember-in-store.js';
import { writeReports } from './report-files.js';
import type { ReportFiles } from './report-flags.js';

/** Options of a command that compares results with earlier ones. */
interface PastFlags {
  readonly history?: string | undefined;
  readonly baseline?: string | undefined;
  readonly out: string;
}

/** Where earlier results are, and those that were accepted: next to the records, unless the options name other files. */
export interface PastFiles {
  readonly history: string;
  readonly baseline: string;
}

export const pastOf = ({ history, baseline, out }: PastFlags): PastFiles => ({
  history: history ?? historyIn(out),
  baseline: baseline ?? baselineIn(out),
});

/** The results of a run, each with what drifts in it. */
export async function markDrifts(runs: readonly RunSummary[], past: PastFiles): Promise<RunSummary[]> {
  const { entries, baseline } = await readPast(past);
  return runs.map((run) => withDrifts(run, entries, baseline, runs));
}

/**
 * Checks before any work is done that its results can be compared with a history and the accepted state, and added to the
 * history: a file that is not a history is never written to.
 *
 * @throws OomdrillError `OUTPUT_FILE`, and what reading the two files throws
 */
export async function checkPast(flags: PastFlags): Promise<void> {
  // The directory of another one may be made.
  const named = flags.history;
  const fault = named === undefined ? undefined : await findOutputFault({ name: '--history', file: named }, flags.out);
  if (fault) throw fault;
  const { history, baseline } = pastOf(flags);
  await readHistory(history);
  await readBaseline(baseline);
  noteMissingBaseline(flags);
}

/** Says that a baseline that was named is not there: its name may be misspelt, and then nothing counts as accepted. */
export function noteMissingBaseline({ baseline }: Pick<PastFlags, 'baseline'>): void {
  if (baseline === undefined || existsSync(baseline)) return;
  say(`there is no baseline at ${baseline}, so nothing counts as accepted; \`oomdrill accept --baseline\` makes one`);
}

/**
 * Reads a history and the accepted state. Where they cannot be read nothing can drift, and that is said: tonight's results are
 * worth telling all the same.
 */
export async function readPast({
  history,
  baseline,
}: PastFiles): Promise<{ entries: readonly HistoryEntry[]; baseline: Baseline }> {
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
 * What adds results to a history, and what writes the reports that were asked for. The history comes first: a user's own reporter may
 * end the program.
 *
 * @param history undefined where nothing is to be remembered there
 * @param store the same of a store
 */
export function rememberAndReport(
  summary: Summary,
  files: ReportFiles,
  history: string | undefined,
  reporters: readonly Reporter[],
  store?: string,
): (() => Promise<void>)[] {
  const all: (() => Promise<void>)[] = [];
  if (store !== undefined) all.push(() => rememberInStore(store, summary));
  if (history !== undefined)
    all.push(() => remember(history, createNight(summary, summary.at ?? new Date().toISOString())));
  return [...all, () => writeReports(summary, files, process.env, reporters)];
}

/** Adds an entry, and says where a damaged history was kept. @throws OomdrillError `HISTORY_UNREADABLE`, `HISTORY_WRITE` */
export async function remember(history: string, entry: HistoryEntry): Promise<void> {
  const keptIn = await appendHistory(history, entry);
  if (keptIn !== undefined) say(`the damaged history is kept in ${keptIn}`);
}
