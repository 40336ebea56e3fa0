import { LINT_REPORTERS, type LintReporter } from '../../report/lint-reporters.js';
import { argument, defineCommand } from '../define.js';
import { type FlagsOf, switchFlag, valueFlag } from '../flag.js';
import { fileNames } from '../words.js';
import { jsonFlag } from './shared.js';

const HELP = `Examples:
  oomdrill lint fixtures/bundles/devvm
  oomdrill lint /etc --strict
  oomdrill lint t3-serve@.service user-.slice.d/50-memory.conf --memory 24G --swap 0
  oomdrill lint deploy/etc --format sarif > lint.sarif

Exit status: 0 nothing found at or above the level (errors; with --strict warnings too), 1 findings, 64 bad usage.
What each rule looks for, and how to say that something is meant: docs/lint.md.`;

const formatNames = () => LINT_REPORTERS.map(({ name }) => name);

/** `text, github (annotations of a workflow) or sarif`. */
function formatsInWords(table: readonly LintReporter[]): string {
  const words = table.map(({ name, purpose }) => (purpose === undefined ? name : `${name} (${purpose})`));
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

const flags = {
  json: jsonFlag,
  strict: switchFlag('warnings count as errors'),
  format: valueFlag('<name>', `of standard output: ${formatsInWords(LINT_REPORTERS)}`, {
    default: LINT_REPORTERS[0].name,
    words: formatNames,
  }),
  memory: valueFlag('<size>', 'of the host that the files are for; a bundle.json says it'),
  swap: valueFlag('<size>', 'of that host; 0 for none'),
};

export type LintFlags = FlagsOf<typeof flags>;

export const lintCommand = defineCommand({
  name: 'lint',
  description: 'what is wrong with limits as they are written: unit files, earlyoom, Docker; no VM',
  argument: argument(
    '<path...>',
    "unit files, drop-ins, earlyoom's or Docker's settings, a bundle, an /etc, or folders of these",
    fileNames,
  ),
  flags,
  help: HELP,
  run: async (paths, flags) => (await import('../lint.js')).executeLint(paths, flags),
});
