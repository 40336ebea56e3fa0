import type { LintReporter } from './lint-reporters.js';
import type { Reporter, ReporterManual } from './reporter.js';

const REPORTERS_INTRO = `# Reporters

The forms in which \`run\`, \`judge\` and \`merge\` write the results of drills, for other programs and for people.

\`--json FILE\`, which every command has, is the form for programs of your own and for \`merge\`: [Formats](formats.md)
has its schemas. One HTML file with charts of every drill comes from \`oomdrill report\`:
[Reports](report.md). Each option is listed with what reads the form, and what our tests check it with.
`;

const LINT = `
\`lint --format\` has forms of its own (\`harness/report/lint-reporters.ts\`):`;

const OWN = `
## One of your own

A reporter is an object of the type \`Reporter\` (\`harness/report/reporter.ts\`): a name, which is its option, what
\`--help\` says, and a function that makes text of a summary. In a repository of your own, list it in
[the configuration](configuration.md#reporters-probes-and-injections-of-your-own). For one that comes with oomdrill, write it in a
file of \`harness/report/\`, and add a line to the table: [Extending](extending.md). \`--help\` and completion follow from it.

Names, reasons and paths in a summary come from outside: a person, a file, a kernel. They may hold escape sequences, line
breaks, or a command to your CI. \`printable\` of the library makes one line of text of each; what your own format gives a
meaning is escaped after that. The reporters here do both; \`--json\` keeps the values.

Next: [Nightly runs and CI](ci.md), where these files are used.
`;

/** Renders docs/reporters.md. Markdown. */
export function renderReportersPage(
  reporters: readonly (Reporter & ReporterManual)[],
  lintReporters: readonly LintReporter[],
): string {
  return [
    REPORTERS_INTRO,
    ...reporters.map(
      (reporter) => `- ${describeOption(reporter)}: for ${reporter.readBy}. Checked with ${reporter.checkedBy}.`,
    ),
    LINT,
    '',
    ...lintReporters.map(({ name, purpose }) =>
      purpose === undefined ? `- \`${name}\`` : `- \`${name}\`: ${purpose}`,
    ),
    OWN,
  ].join('\n');
}

function describeOption(reporter: Reporter): string {
  if (reporter.output === 'file') return `\`--${reporter.name} FILE\``;
  return reporter.isDefault ? 'No option' : `\`--${reporter.name}\``;
}
