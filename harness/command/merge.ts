import { readFile } from 'node:fs/promises';
import { failureMessageSchema } from '../contract/failure.js';
import { readStored, STORED_SUMMARY } from '../contract/stored.js';
import { messageOf, type OomdrillError, usageError } from '../core/errors.js';
import { parseJson } from '../core/json.js';
import { chooseStyle } from '../report/layout.js';
import { findPrintedReporter, type Reporter } from '../report/reporter.js';
import { mergeShards, type ShardResult } from '../verdict/merge.js';
import { summarySchema } from '../verdict/summary.js';
import { conclude, documentOf } from './conclude.js';
import type { MergeFlags } from './declaration/merge.js';
import { checkPast, historyIn, markDrifts, reportAndRemember } from './remember.js';

/** `oomdrill merge`: the results of a suite's shards as those of one run. A file that cannot be read is a shard that is missing. */
export async function executeMerge(
  paths: readonly string[],
  flags: MergeFlags,
  reporters: readonly Reporter[],
): Promise<void> {
  await conclude(flags, async () => {
    const history = flags.history ?? historyIn('reports');
    await checkPast(history, flags);
    const read = await Promise.all(paths.map(readResult));
    const complaints = read.flatMap((result) => (typeof result === 'string' ? [result] : []));
    if (complaints.length === paths.length) throw unreadError(complaints);
    for (const complaint of complaints) process.stderr.write(`oomdrill: ${complaint}\n`);
    const merged = mergeShards(read.filter((result) => typeof result !== 'string'));
    const summary = { ...merged.summary, runs: await markDrifts(merged.summary.runs, history, flags.baseline) };
    for (const index of merged.missing) process.stderr.write(`oomdrill: shard ${index} is missing\n`);
    const reporter = findPrintedReporter(flags.printed, reporters);
    const text = await reporter.render(summary, chooseStyle(process.stdout, process.env));
    const files = () => reportAndRemember(summary, flags.reports, history, reporters);
    return { document: documentOf(summarySchema, summary), text, exitCode: summary.exitCode, files };
  });
}

/** Without any result there is nothing to report: the reasons are then the error itself, which `--json` writes as well. */
const unreadError = (complaints: readonly string[]): OomdrillError =>
  usageError(
    'SHARD_NONE',
    `No result of a shard could be read: ${complaints.map((complaint) => complaint.replace(/\.$/, '')).join('; ')}.`,
    'Name the files that `oomdrill run --shard I/N --json FILE` wrote.',
  );

/** What a shard wrote with `--json`; or a sentence that says why it cannot be read: the results of the others are reported nevertheless. */
export async function readResult(path: string): Promise<ShardResult | string> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => cause);
  if (typeof text !== 'string') return `could not read ${path}: ${messageOf(text)}`;
  const { value, fault } = parseJson(text);
  if (fault) return `${path} is not JSON: ${messageOf(fault)}`;
  const failure = failureMessageSchema.safeParse(value);
  if (failure.success) return `${path} holds an error instead of a result: ${failure.data.error.message}`;
  try {
    return { path, summary: readStored(value, STORED_SUMMARY, path) };
  } catch (thrown) {
    return messageOf(thrown);
  }
}
