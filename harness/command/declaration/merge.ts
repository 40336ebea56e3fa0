import type { Reporter } from '../../report/reporter.js';
import { argument, defineCommand } from '../define.js';
import type { FlagsOf } from '../flag.js';
import { printedReportFlag, reportFilesFlag } from '../report-flags.js';
import { fileNames } from '../words.js';
import { jsonFlag, pastFlags, pastOutFlag, VERDICT_STATUS } from './shared.js';

const flagsOf = (reporters: readonly Reporter[]) => ({
  json: jsonFlag,
  reports: reportFilesFlag(reporters),
  ...pastFlags('to compare with and to add to'),
  out: pastOutFlag,
  printed: printedReportFlag(reporters),
});

export type MergeFlags = FlagsOf<ReturnType<typeof flagsOf>>;

export const mergeCommand = (reporters: readonly Reporter[]) =>
  defineCommand({
    name: 'merge',
    description: "Merge the results of a suite's shards into one report and one exit status",
    details: ['A drill that is in no result counts as an error, so that a lost shard is seen.'],
    argument: argument(
      '<file...>',
      'what `oomdrill run --shard i/n --json FILE` wrote, one file for each shard',
      fileNames,
    ),
    flags: flagsOf(reporters),
    examples: [{ does: 'Three shards as one JUnit file', line: 'oomdrill merge shard-*.json --junit junit.xml' }],
    exitStatus: { ...VERDICT_STATUS, 64: 'usage error, or the files are not shards of one suite' },
    run: async (paths, flags) => (await import('../merge.js')).executeMerge(paths, flags, reporters),
  });
