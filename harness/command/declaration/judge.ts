import type { Reporter } from '../../report/reporter.js';
import { argument, defineCommand } from '../define.js';
import type { FlagsOf } from '../flag.js';
import { printedReportFlag, reportFilesFlag } from '../report-flags.js';
import { fileNames } from '../words.js';
import { jsonFlag, VERDICT_STATUS } from './shared.js';

const flagsOf = (reporters: readonly Reporter[]) => ({
  json: jsonFlag,
  reports: reportFilesFlag(reporters),
  printed: printedReportFlag(reporters),
});

export type JudgeFlags = FlagsOf<ReturnType<typeof flagsOf>>;

export const judgeCommand = (reporters: readonly Reporter[]) =>
  defineCommand({
    name: 'judge',
    description: 'Judge stored records again, without a VM',
    details: ['Gives the verdicts of the drills again, and their reports in any format.'],
    argument: argument('<record...>', 'record.jsonl files that `oomdrill run` left', fileNames),
    flags: flagsOf(reporters),
    examples: [
      { does: 'All records', line: 'oomdrill judge reports/*/*/record.jsonl' },
      { does: 'The same for programs', line: 'oomdrill judge reports/*/*/record.jsonl --json -' },
    ],
    exitStatus: { ...VERDICT_STATUS, 64: 'usage error, or none of the records can be read' },
    run: async (paths, flags) => (await import('../judge.js')).executeJudge(paths, flags, reporters),
  });
