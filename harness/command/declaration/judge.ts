import type { Reporter } from '../../report/reporter.js';
import { argument, defineCommand } from '../define.js';
import type { FlagsOf } from '../flag.js';
import { printedReportFlag, reportFilesFlag } from '../report-flags.js';
import { fileNames } from '../words.js';
import { jsonFlag } from './shared.js';

const flagsOf = (reporters: readonly Reporter[]) => ({
  json: jsonFlag,
  reports: reportFilesFlag(reporters),
  printed: printedReportFlag(reporters),
});

export type JudgeFlags = FlagsOf<ReturnType<typeof flagsOf>>;

export const judgeCommand = (reporters: readonly Reporter[]) =>
  defineCommand({
    name: 'judge',
    description: 'judge stored records again, without a VM',
    argument: argument('<record...>', 'record.jsonl files', fileNames),
    flags: flagsOf(reporters),
    help: 'Example:\n  oomdrill judge reports/*/*/record.jsonl --json -',
    run: async (paths, flags) => (await import('../judge.js')).executeJudge(paths, flags, reporters),
  });
