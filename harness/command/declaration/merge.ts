import { USUAL_HISTORY } from '../../history/place.js';
import type { Reporter } from '../../report/reporter.js';
import { argument, defineCommand } from '../define.js';
import type { FlagsOf } from '../flag.js';
import { printedReportFlag, reportFilesFlag } from '../report-flags.js';
import { fileNames } from '../words.js';
import { jsonFlag, pastFlags } from './shared.js';

const HELP = `Example:
  oomdrill merge shard-*.json --junit junit.xml

A drill that no shard carried out is an error: exit status 2.`;

const flagsOf = (reporters: readonly Reporter[]) => ({
  json: jsonFlag,
  reports: reportFilesFlag(reporters),
  ...pastFlags(USUAL_HISTORY),
  printed: printedReportFlag(reporters),
});

export type MergeFlags = FlagsOf<ReturnType<typeof flagsOf>>;

export const mergeCommand = (reporters: readonly Reporter[]) =>
  defineCommand({
    name: 'merge',
    description: "join the results of a suite's shards into one report and exit status",
    argument: argument('<file...>', 'what `oomdrill run --shard i/n --json FILE` wrote, one file a shard', fileNames),
    flags: flagsOf(reporters),
    help: HELP,
    run: async (paths, flags) => (await import('../merge.js')).executeMerge(paths, flags, reporters),
  });
