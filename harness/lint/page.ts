import type { Rule } from './rule.js';

const INTRODUCTION = `# Lint

\`oomdrill lint PATH...\` says what is wrong with limits as they are written: no VM, a fraction of a second. It reads unit files, drop-ins, slices, scopes, \`/etc/default/earlyoom\` and Docker's
\`daemon.json\`; a path is one of these, a bundle, an \`/etc\` (or the root above it), a folder of unit files, or a folder of bundles. A drill proves; lint only reads, and names the drill's usual suspects.

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
| 0 | nothing found at or above the level: errors, with \`--strict\` warnings too; notes never count |
| 1 | findings |
| 64 | bad usage: a path that is not there, or that holds nothing of the kind |

## What it resolves

Units are put together as systemd does it: templates and instances, aliases, masks, the load path (\`/etc\`, \`/run\`, \`/usr/lib\`), drop-ins by their file names over all directories (\`user-.slice.d\`, \`system-.slice.d\`,
\`-.slice.d\`, \`service.d\`), empty assignments that reset, lines that systemd ignores, shares of the host's memory, \`DefaultOOMPolicy=\`, and the slices above a unit, whose limits are its own too.
The users' managers count as below their \`user-.slice\`. An instance is known by \`bundle.json\`, by its own drop-ins, or by a link in a \`.wants\` directory; without one the template stands for all.

A link that leaves the folders of units stands for the file at its end, as \`systemctl link\` makes them; an absolute target is looked for below the root of the tree first. Links between units are names
(\`Alias=\`), and one to \`/dev/null\` masks. Nothing but a regular file of at most 1 MiB is read, and in a bundle, which is drilled as it lies there, no link is followed.

Of an \`/etc\` by itself the rest of the load path is read too, where it stands beside it: units of which no file below \`/etc\` and no drop-in in \`/run\` speaks are not judged. Where it is not there, of a service with
drop-ins alone nothing is said that its unit file decides: its slice, and its \`OOMPolicy=\` where no drop-in sets it.

What is not there means something only in a whole tree: of a unit file by itself nobody says that the login sessions are not capped.

## What is meant

A finding that is meant is passed over with a reason, by a comment above the line (or at the top of the file, for the file as a whole):

\`\`\`ini
# oomdrill-lint: ignore swap-allowed -- a batch job, nobody waits for it
MemoryMax=4G
\`\`\`

or by a file \`oomdrill-lint.json\` at the top of the tree, which is the only way for \`daemon.json\`:

\`\`\`json
{ "ignore": [{ "rule": "docker-no-parent", "path": "etc/docker/daemon.json", "reason": "no container runs here but for builds" }] }
\`\`\`

Without \`path\` it holds for every file. A suppression without a reason, of no rule, or of nothing is a finding itself (\`suppression\`). What was passed over is counted, and told in JSON and SARIF.

## Rules
`;

/** docs/lint.md: what lint does, and what each rule looks for, why, by whose word, and how it is mended. */
export function renderLintPage(rules: readonly Omit<Rule, 'check'>[]): string {
  return [INTRODUCTION, ...rules.map(renderRule)].join('\n');
}

function renderRule({ id, severity, title, why, source, mend }: Omit<Rule, 'check'>): string {
  return `### \`${id}\` (${severity})

${title}. ${why}

- Source: ${source}
- Mend: ${mend}
`;
}
