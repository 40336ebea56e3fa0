import type { Reporter, ReporterManual } from './reporter.js';

/** All formats for the results of drills, in the order of `--help`. */
export const REPORTERS: readonly (Reporter & ReporterManual)[] = [
  {
    name: 'junit',
    description: 'write the results as JUnit XML',
    readBy: 'Jenkins, GitLab, Woodpecker plug-ins',
    checkedBy: "Jenkins' schema (`fixtures/schemas/junit.xsd`) by libxml2",
    output: 'file',
    render: async (summary) => (await import('./junit.js')).renderJunit(summary),
  },
  {
    name: 'markdown',
    description: 'write the results as Markdown, for the page of a CI job',
    readBy: 'the page of a CI job; also added to `GITHUB_STEP_SUMMARY` if that is set',
    checkedBy: 'marked',
    output: 'file',
    render: async (summary) => (await import('./markdown.js')).renderMarkdown(summary),
    alsoAddedTo: 'GITHUB_STEP_SUMMARY',
  },
  {
    name: 'openmetrics',
    description: "write the results as metrics, for node_exporter's textfile collector or a Pushgateway",
    readBy: "node_exporter's textfile collector, a Pushgateway",
    checkedBy: '`promtool check metrics`',
    output: 'file',
    render: async (summary) => (await import('./openmetrics.js')).renderOpenMetrics(summary),
  },
  {
    name: 'terminal',
    description: 'print the results for people',
    readBy: 'people; it is printed if no option chooses another',
    checkedBy: 'unit tests',
    output: 'stdout',
    render: async ({ runs }, style) => (await import('./terminal.js')).renderRuns(runs, style),
    note: (line) => line,
    isDefault: true,
  },
  {
    name: 'tap',
    description: 'print the results as TAP 14',
    readBy: 'readers of TAP, such as prove',
    checkedBy: 'tap-parser',
    output: 'stdout',
    render: async (summary) => (await import('./tap.js')).renderTap(summary),
    note: (line) => `# ${line}`,
  },
];
