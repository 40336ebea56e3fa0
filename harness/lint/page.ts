import type { Rule } from './rule.js';

const INTRODUCTION = `# Lint

\`oomdrill lint PATH...\` says what is wrong with limits as they are written. It needs no VM, and takes a fraction of a
second. Use it first, and in the CI of the repository that holds your unit files. A drill proves what happens; lint only
reads files, and reports settings that have caused incidents.

It reads unit files, drop-ins, slices, scopes, \`/etc/default/earlyoom\` and Docker's \`daemon.json\`. A path is one of
these, a [bundle](bundles.md), an \`/etc\` (or the root above it), a folder of unit files, or a folder of bundles.

\`\`\`sh
oomdrill lint /etc                                   # this host: its memory and swap are known
oomdrill lint deploy/etc --memory 32G --swap 0       # files for another host; a bundle.json says the same
oomdrill lint deploy/etc --strict                    # warnings count as errors
oomdrill lint deploy/etc --format github             # annotations in a workflow of GitHub Actions
oomdrill lint deploy/etc --format sarif > lint.sarif # for code scanning and editors
oomdrill lint deploy/etc --json -                    # for programs
\`\`\`

| exit status | meaning |
|---|---|
| 0 | no errors, and with \`--strict\` no warnings; notes do not count |
| 1 | at least one such finding |
| 64 | usage error, such as a path that does not exist, or that holds none of these files |

## What it resolves

Lint reads units as systemd does:

- templates and instances, aliases, masks, and the load path (\`/etc\`, \`/run\`, \`/usr/lib\`);
- drop-ins in the order of their file names across all directories (\`user-.slice.d\`, \`system-.slice.d\`, \`-.slice.d\`,
  \`service.d\`);
- empty assignments that reset, lines that systemd ignores, percentages of the host's memory, \`DefaultOOMPolicy=\`;
- the slices above a unit, whose limits apply to it as well. The users' managers count as units below \`user-.slice\`.

Lint knows instances from \`bundle.json\`, from their own drop-ins, and from links in \`.wants\` directories. If it knows
none, it checks the template instead.

A link out of the folders of units, as \`systemctl link\` makes it, stands for the file that it leads to; lint looks for
an absolute target below the root of the tree first. A link between units is another name (\`Alias=\`), and a link to
\`/dev/null\` masks a unit. Lint reads only regular files of at most 1 MiB. In a bundle it follows no links, because a
drill does not follow them either.

Given an \`/etc\`, lint also reads the rest of the load path if it is next to it. It checks only units that a file below
\`/etc\` or a drop-in in \`/run\` mentions. If the rest is missing and a service has only drop-ins, lint reports nothing
about settings of its unit file: its slice, and its \`OOMPolicy=\` if no drop-in sets it.

Something missing is a finding only in a whole tree: for a single unit file, lint does not report that the login
sessions have no cap.

## Suppressing a finding

If a setting is intended, suppress its finding and give the reason. Write a comment above the line, or at the top of the
file for the whole file:

\`\`\`ini
# oomdrill-lint: ignore swap-allowed -- a batch job, no one waits for it
MemoryMax=4G
\`\`\`

or a file \`oomdrill-lint.json\` at the top of the tree, which is the only way for \`daemon.json\`:

\`\`\`json
{ "ignore": [{ "rule": "docker-no-parent", "path": "etc/docker/daemon.json", "reason": "containers only run builds here" }] }
\`\`\`

Without \`path\` it applies to every file. A suppression without a reason, of a rule that does not exist, or without a finding to
suppress is itself a finding (\`suppression\`). Suppressed findings are counted, and listed in JSON and SARIF.

Next: [Your own server](your-server.md), from lint to a drill; [Extending](extending.md), how to add a rule.

## Rules
`;

/** Renders docs/lint.md: what lint does, and each rule with its reason, source and fix. */
export function renderLintPage(rules: readonly Omit<Rule, 'check'>[]): string {
  return [INTRODUCTION, ...rules.map(renderRule)].join('\n');
}

function renderRule({ id, severity, title, why, source, fix }: Omit<Rule, 'check'>): string {
  return `### \`${id}\` (${severity})

${title}. ${why}

- Source: ${source}
- Fix: ${fix}
`;
}
