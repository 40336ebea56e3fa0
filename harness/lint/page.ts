import type { Rule } from './rule.js';

const INTRODUCTION = `# Lint

\`oomdrill lint PATH...\` says what is wrong with limits as they are written. It needs no VM, and takes a fraction of a
second. Use it first, and in the CI of the repository that holds your unit files. A drill proves; lint only reads, and
names what is known to end badly.

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
| 0 | nothing was found that counts: errors do, with \`--strict\` warnings too, notes never |
| 1 | findings |
| 64 | usage error: a path that is not there, or that holds nothing of the kind |

## What it resolves

Units are put together as systemd does it:

- templates and instances, aliases, masks, and the load path (\`/etc\`, \`/run\`, \`/usr/lib\`);
- drop-ins by their file names over all directories (\`user-.slice.d\`, \`system-.slice.d\`, \`-.slice.d\`, \`service.d\`);
- empty assignments that reset, lines that systemd ignores, shares of the host's memory, \`DefaultOOMPolicy=\`;
- the slices above a unit, whose limits apply to it as well. The users' managers count as below their \`user-.slice\`.

An instance is known by \`bundle.json\`, by its own drop-ins, or by a link in a \`.wants\` directory. Without one the
template stands for all instances.

A link that leaves the folders of units stands for the file at its end, as \`systemctl link\` makes them; an absolute
target is looked for below the root of the tree first. A link between units is a name (\`Alias=\`), and one to
\`/dev/null\` masks. Only regular files of at most 1 MiB are read. In a bundle, which is drilled as it is, no link is
followed.

Given an \`/etc\`, lint also reads the rest of the load path where it lies next to it. Units that no file below \`/etc\` and
no drop-in in \`/run\` mentions are not judged. Where the rest is not there, and a service has drop-ins only, nothing is
said about what its unit file decides: its slice, and its \`OOMPolicy=\` where no drop-in sets it.

What is not there means something only in a whole tree: for a single unit file, lint does not say that the login sessions
have no cap.

## Suppressing a finding

A finding that is intended is suppressed with a reason. Either by a comment above the line, or at the top of the file for
the whole file:

\`\`\`ini
# oomdrill-lint: ignore swap-allowed -- a batch job, no one waits for it
MemoryMax=4G
\`\`\`

or by a file \`oomdrill-lint.json\` at the top of the tree, which is the only way for \`daemon.json\`:

\`\`\`json
{ "ignore": [{ "rule": "docker-no-parent", "path": "etc/docker/daemon.json", "reason": "no container runs here but for builds" }] }
\`\`\`

Without \`path\` it applies to every file. A suppression without a reason, with the name of a rule that does not exist, or
of a finding that is not there is a finding itself (\`suppression\`). Suppressed findings are counted, and listed in JSON
and SARIF.

Next: [Your own server](your-server.md), from lint to a drill; [Extending](extending.md), how to add a rule.

## Rules
`;

/** docs/lint.md: what lint does, and what each rule looks for, why, by whose word, and the fix. */
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
