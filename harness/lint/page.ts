import type { FileKind } from '../formats/file-kind.js';
import { READ_KINDS } from '../formats/read-kinds.js';
import { UNREAD_KINDS } from '../formats/unread-kinds.js';
import type { Rule } from './rule.js';

const INTRODUCTION = `# Lint

\`oomdrill lint PATH...\` says what is wrong with limits as they are written. It needs no VM, and takes a fraction of a
second. Use it first, and in the CI of the repository that holds your unit files. A drill proves what happens; lint only
reads files, and reports settings that have caused incidents.

A path is a file that lint reads ([which](#what-it-reads)), a [bundle](bundles.md), an \`/etc\` or the root above it, a
user's home, a directory of such files, or a directory of bundles.

\`\`\`sh
npx oomdrill lint /etc                                  # this machine: its memory and swap are known
npx oomdrill lint mieweb-431                            # a bundle: bundle.json says memory and swap
npx oomdrill lint ./etc --memory 32G --swap 0           # a copy of another host's /etc
npx oomdrill lint ./etc --serving nginx.service         # rules about the server check it
npx oomdrill lint ./etc --strict                        # warnings count as errors
npx oomdrill lint ./etc --format github                 # annotations in a workflow of GitHub Actions
npx oomdrill lint ./etc --format sarif > lint.sarif     # for code scanning and editors
npx oomdrill lint ./etc --json -                        # for programs
\`\`\`

\`./etc\` stands for a directory of yours. The host whose files are read needs no oomdrill: copy its \`/etc\` to where
oomdrill is, such as with \`rsync -a me@web.example:/etc/systemd etc/\`. In a fresh clone \`npm ci && npm run build\` is
all that lint needs.

| exit status | meaning |
|---|---|
| 0 | no errors, and with \`--strict\` no warnings; notes do not count |
| 1 | at least one such finding |
| 2 | an error of this machine, such as a result that cannot be written |
| 64 | usage error, such as a path that does not exist, or that holds none of these files |

## Severity

- An **error** is a setting that does not do what its author wrote, or that lets a known incident happen again.
- A **warning** is a risk that may be intended. With \`--strict\` it counts as an error.
- A **note** is worth knowing. It never decides the exit status, with \`--strict\` neither.

The severity below is that of the rule. Some rules give a finding another one, by what the tree shows:

- \`oom-policy\` is an error for a serving unit, for a scope and for \`OOMPolicy=kill\`, and a warning for other services:
  their files do not say whether they have children that matter. It is a warning too for a service without a cap that starts
  other people's jobs (CI runners, cron, supervisors, IDE servers), and a note for sshd, whose sessions mostly have scopes
  of their own.
- \`slice-uncapped\` is an error about login sessions where people work on the host: files of theirs or of logind, an IDE server
  or tmux. It is a note where they can only log in, and nothing is reported where neither shows. \`pane-policy\` speaks only where
  tmux is used.
- \`docker-no-parent\` is an error where a docker.slice has a cap that holds nothing, and a note where nothing is capped.
- \`payload-elsewhere\` is a warning for a daemon, and where a slice limits all containers together; and a note where the
  container has a cap of its own.
- \`unkillable\` is a warning where a file that lint does not see may give PostgreSQL's children another score.
- \`startup-limit\` is a warning where the limit makes a soft band.
- \`swap-allowed\` is a note where it is not known whether the host has swap; \`--swap\` or a \`bundle.json\` says so.
- \`earlyoom-pattern-invalid\` is a warning where a pattern could not be checked, and \`suppression\` an error where a
  suppression does not work.

A serving unit is the one that \`bundle.json\` names, or those that \`--serving\` names: it takes the place of what bundle.json says, may
be repeated, and checks a unit even if all its files are the vendor's. Rules about the server (\`no-cap\`, \`brim\`,
\`preferred-victim\`, \`oomd-takes-server\`) need one.

Where the host's memory is not known, shares of it (\`50%\`, \`500‰\`) are compared with each other. A share and a size
are not: \`unknown-memory\` says that \`--memory\` would tell.

## Why lint advises against MemoryHigh=

systemd.resource-control(5) calls \`MemoryHigh=\` the main mechanism to limit memory, and it is a good one where there is
swap, or where all that matters is that a batch job gets slower. A server is asked to answer in time. Where swap is
forbidden the kernel finds little to reclaim above \`MemoryHigh=\`, so it puts every task of the unit to sleep, the server
as well, for as long as the hog stays. At \`MemoryMax=\` it kills instead, and the server goes on. The drills
\`2026-07-02-throttle-livelock\` and \`2026-07-02-fixed\` show the two. [Outcomes](outcomes.md#why-a-livelock-happens) has
the kernel's side.

## What it reads

At their places on a host, and anywhere else by their names:

${renderKinds(READ_KINDS)}
In a directory that is none of a host's, lint reads the files in it and in the directories directly below. The homes in
\`/home\`, and that of root, are read when a host's root is named, each by itself.

These files set memory limits too, or decide which process is killed, and lint does not read them. It lists them after the findings
(\`notRead\` in JSON, a notification in SARIF); they change no exit status:

${renderKinds(UNREAD_KINDS)}
Anything else is not looked at: what a program sets at run time, limits on the command line of scripts that no unit starts,
and the heap limits of runtimes.

## What it resolves

Lint reads units as systemd does:

- templates and instances, aliases, masks, and the load path (\`/etc\`, \`/run\`, \`/usr/lib\`);
- drop-ins in the order of their file names across all directories (\`user-.slice.d\`, \`system-.slice.d\`, \`-.slice.d\`,
  \`service.d\`);
- empty assignments that reset, lines that systemd ignores, percentages of the host's memory;
- the settings of the managers and of systemd-oomd (\`system.conf\`, \`user.conf\`, \`oomd.conf\`) with their drop-ins in
  \`/etc\`, \`/run\`, \`/usr/local/lib\` and \`/usr/lib\`: the first main file, then the drop-ins by name, each with its masks;
- quadlets as the services that podman's generator makes of them (podman 5.4), of either manager: \`[Service]\` with its
  drop-ins holds a container, which runs in the cgroup of its service (\`--cgroups=split\`), and has \`Delegate=yes\`. The
  containers of a \`.kube\`, and what a \`.pod\` itself starts, are in other cgroups;
- the slices above a unit, whose limits apply to it as well. The users' managers count as units below \`user-.slice\`.

Lint knows instances from \`bundle.json\`, from their own drop-ins, and from links in \`.wants\` directories. If it knows
none, it checks the template instead.

A link out of the directories of units, as \`systemctl link\` makes it, stands for the file that it leads to. A link
between units is another name (\`Alias=\`), and a link to \`/dev/null\` masks a unit. Lint reads only regular files of at most
1 MiB. In a bundle it follows no links, because a drill does not follow them either.

Links are followed as on the host whose files these are: an absolute target begins at the root of the tree, and no \`..\`
leads out of it. A link that leads to nothing in the tree stays a link, and no other file of this machine is read or printed;
so a tree from elsewhere, such as an unpacked archive, can be linted. What you name yourself is followed where it leads: a
directory anywhere, but a file only to one that lint reads by its name. Hard links cannot be distinguished from files, and
the tree must not be changed while it is read.

Given an \`/etc\`, lint also reads the rest of the load path if it is next to it. It checks only units that a file below
\`/etc\` or a drop-in in \`/run\` mentions. If the rest is missing and a service has only drop-ins, lint reports nothing
about settings of its unit file: its slice, and its \`OOMPolicy=\` if no drop-in sets it.

Something missing is a finding only in a whole tree: for a single unit file, lint does not report that the login
sessions have no cap.

## What it makes of containers

The limits of containers are the limits of cgroups, and the same rules look at them. A fix is in the words of the file.

- **Compose**: the file that Compose finds by its name, with its override; \`extends\` from files at hand, anchors and merge
  keys, and variables with their defaults or the values of the \`.env\` next to it. A variable that is known from neither is
  unknown. Read are \`mem_limit\`, \`memswap_limit\`, \`mem_reservation\`, \`mem_swappiness\`, \`deploy.resources\`,
  \`oom_score_adj\`, \`oom_kill_disable\`, \`cgroup_parent\`, \`tmpfs\`, \`shm_size\`, the number of replicas and the
  restart policy, as Compose 2 hands them to Docker; docker-compose before 1.27 ignored \`deploy.resources\`. A slice in
  \`cgroup_parent\` is looked up among the units of the same tree. Of a file with another name next to one that Compose finds,
  such as \`docker-compose.prod.yml\`, nothing is said to be missing.
- **Kubernetes**: pods, and what has a pod template, in one or more documents or a list: \`resources\` of containers and of the
  pod, \`emptyDir\` in memory, a \`LimitRange\` at hand. Of a kubelet: \`memorySwap\`, \`memoryThrottlingFactor\`,
  \`memoryReservationPolicy\`, \`featureGates.MemoryQoS\`, \`singleProcessOOMKill\`, \`evictionHard\`,
  \`systemReserved\`, \`kubeReserved\`, \`enforceNodeAllocatable\` and \`cgroupDriver\`, with drop-ins. With the settings of the
  kubelet in the same tree, pods are judged by them: MemoryQoS sets memory.high, LimitedSwap allows swap. Without them nothing is
  said of either.
- **LXC**: \`lxc.cgroup2.memory.*\` and \`lxc.proc.oom_score_adj\`, and those for cgroup v1 that do nothing on a host with
  cgroup v2. Files of \`lxc.include\` are not followed.
- **Incus and LXD**: instances and profiles as \`incus config show\`, \`lxc profile show\` or a preseed have them:
  \`limits.memory\` with \`.enforce\`, \`.swap\` and \`.oom_priority\`, and \`raw.lxc\`. What depends on a version that no
  file tells is a note that names the versions.

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

function renderKinds(kinds: readonly FileKind[]): string {
  return kinds
    .map(({ what, places }) => {
      const where = places.map((place) => `\`${place.startsWith('~') ? place : `/${place}`}\``).join(', ');
      return `- ${what}${where === '' ? '' : `: ${where}`}\n`;
    })
    .join('');
}

function renderRule({ id, severity, title, why, source, containerSource, fix }: Omit<Rule, 'check'>): string {
  const containers = containerSource === undefined ? '' : `- Source for containers: ${containerSource}\n`;
  return `### \`${id}\` (${severity})

${title}. ${why}

- Source: ${source}
${containers}- Fix: ${fix}
`;
}
