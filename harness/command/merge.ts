import { failureMessageSchema } from '../contract/failure.js';
import { readStored, STORED_SUMMARY } from '../contract/stored.js';
import { messageOf, OomdrillError, usageError } from '../core/errors.js';
import { parseJson } from '../core/json.js';
import { readTextFile } from '../core/read-text-file.js';
import { say } from '../core/say.js';
import { findPrintedReporter, type Reporter } from '../report/reporter.js';
import { mergeShards, type ShardResult } from '../verdict/merge.js';
import { summarySchema } from '../verdict/summary.js';
import { conclude, documentOf } from './conclude.js';
import type { MergeFlags } from './declaration/merge.js';
import { printResults } from './print-results.js';
import { checkPast, markDrifts, pastOf, rememberAndReport } from './remember.js';

/** `oomdrill merge`: the results of a suite's shards as those of one run. A file that cannot be read is a shard that is missing. */
export async function executeMerge(
  paths: readonly string[],
  flags: MergeFlags,
  reporters: readonly Reporter[],
): Promise<void> {
  await conclude(
    flags,
    async () => {
      const past = pastOf(flags);
      await checkPast(flags);
      const read = await Promise.all(paths.map(readResult));
      const faults = read.filter((result) => result instanceof OomdrillError);
      if (faults.length === paths.length) throw unreadError(faults);
      for (const fault of faults) say(fault.message);
      const merged = mergeShards(read.filter((result): result is ShardResult => !(result instanceof OomdrillError)));
      const summary = { ...merged.summary, runs: await markDrifts(merged.summary.runs, past) };
      const { numbers, count } = merged.missing;
      for (const index of numbers) say(`shard ${index} is missing`);
      if (count > numbers.length) say(`${count - numbers.length} further shards are missing`);
      const reporter = findPrintedReporter(flags.printed, reporters);
      const text = () => printResults(reporter, summary);
      const files = rememberAndReport(summary, flags.reports, past.history, reporters);
      return { document: documentOf(summarySchema, summary), text, exitCode: summary.exitCode, files };
    },
    reporters,
  );
}

/** Without any result there is nothing to report: the reasons are then the error itself, which `--json` writes as well. */
function unreadError(faults: readonly OomdrillError[]): OomdrillError {
  // A file of a later version is what was asked for: only its own hint helps.
  const newer = faults.find(({ code }) => code === 'FORMAT_NEWER');
  if (newer) return newer;
  const reasons = faults.map(({ message }) => message.replace(/\.$/, '')).join('; ');
  return usageError('SHARD_NONE', `No result of a shard could be read: ${reasons}.`, HOW);
}

const HOW = 'Name the files that `oomdrill run --shard I/N --json FILE` wrote.';

/** What a shard wrote with `--json`; or the error that says why it cannot be read: the results of the others are reported nevertheless. */
export async function readResult(path: string): Promise<ShardResult | OomdrillError> {
  try {
    return toResult(path, await readTextFile(path, { code: 'SHARD_UNREADABLE', hint: HOW }));
  } catch (thrown) {
    if (thrown instanceof OomdrillError) return thrown;
    throw thrown;
  }
}

function toResult(path: string, text: string): ShardResult | OomdrillError {
  const unread = (why: string) => usageError('SHARD_UNREADABLE', `${why}.`, HOW);
  const { value, fault } = parseJson(text);
  if (fault) return unread(`${path} is not JSON: ${messageOf(fault)}`);
  const failure = failureMessageSchema.safeParse(value);
  if (failure.success)
    return unread(`${path} holds an error instead of a result: ${failure.data.error.message.replace(/\.$/, '')}`);
  return { path, summary: readStored(value, STORED_SUMMARY, path) };
}
