import type { Reporter } from '../../report/reporter.js';
import { argument, defineCommand } from '../define.js';
import type { FlagsOf } from '../flag.js';
import { printedReportFlag, reportFilesFlag } from '../report-flags.js';
import { fileNames } from '../words.js';
import { jsonFlag, pastFlags, pastOutFlag, storeFlag, VERDICT_STATUS } from './shared.js';

const flagsOf = (reporters: readonly Reporter[]) => ({
  json: jsonFlag,
  reports: reportFilesFlag(reporters),
  ...pastFlags('to compare with and to add to'),
  store: storeFlag('to add the drills to'),
  out: pastOutFlag,
  printed: printedReportFlag(reporters),
});

export type MergeFlags = FlagsOf<ReturnType<typeof flagsOf>>;

export const mergeCommand = (reporters: readonly Reporter[]) =>
  defineCommand({
    name: 'merge',
    description: "Merge the results of a campaign's shards into one report and one exit status",
    details: [
      'A drill that is in no result counts as an error, so that a lost shard is seen; each is named with the reason, and `--only-missing` drills just those. A file that is named twice counts once. Where the machines of the shards were not equally fast, `--speeds` for the next time is printed.',
    ],
    argument: argument(
      '<file|dir...>',
      'what `oomdrill run`, `map`, `validate` or `mutate` wrote with --shard i/n and --json FILE, or a directory of such .json files; in any order',
      fileNames,
    ),
    flags: flagsOf(reporters),
    examples: [
      { does: 'Three shards as one JUnit file', line: 'oomdrill merge shard-*.json --junit junit.xml' },
      {
        does: 'What a lost shard would have drilled, and all of it together',
        line: 'oomdrill run --suite nightly --only-missing results --json results/rest.json',
      },
    ],
    exitStatus: { ...VERDICT_STATUS, 64: 'usage error, or the files are not shards of one suite' },
    run: async (paths, flags) => (await import('../merge.js')).executeMerge(paths, flags, reporters),
  });
