import type { Scenario } from '../../harness/drill/scenario.js';
import { isKernelFrom } from '../kernel-version.js';
import { renderTable } from '../markdown-table.js';
import { type DrillLine, type GuestLine, isDecided, type ResultLine } from './results.js';

/** What may end with a second kill on a newer kernel, and what must not there. */
const RUNAWAY = 'runaway-past-max';
export const REMEDY = 'runaway-in-jobs-slice';

/** Whether a guest's kernel may kill twice. */
export const killsTwice = ({ kernel }: Pick<GuestLine, 'kernel'>): boolean => isKernelFrom(kernel, 7, 0);

const NOTHING_YET = 'Nothing was looked at yet.';

/** What of a scenario the page is about. */
type Asking = Pick<Scenario, 'name' | 'requires' | 'suite'>;

/**
 * The page docs/guests.md. Markdown; tables are narrow enough for a terminal.
 *
 * @param lines all that was seen, the oldest first
 * @param guests the names of all guests, in the order of the page
 * @param scenarios all of the catalogue
 */
export function renderGuestsPage(
  lines: readonly ResultLine[],
  guests: readonly string[],
  scenarios: readonly Asking[],
): string {
  const found = lines.filter((line) => line.kind === 'guest');
  const drills = lines.filter((line) => line.kind === 'drill');
  const known = guests.flatMap((name) => found.findLast(({ guest }) => guest === name) ?? []);
  const open = guests.filter((name) => !known.some(({ guest }) => guest === name));
  const core = scenarios.filter(({ suite }) => suite === 'core').map(({ name }) => name);
  const sections = [
    INTRODUCTION,
    ...(open.length === 0 ? [] : [`Not looked at yet: ${open.map(code).join(', ')}.`]),
    '## What they are',
    renderTable(['guest', 'kernel', 'systemd', 'Node.js', 'image built in'], known.map(describe), NOTHING_YET),
    BUILT,
    '## The core suite',
    CORE,
    ...core.flatMap((name) => [
      `### ${code(name)}`,
      renderTable(
        ['guest', 'kernel', 'outcome'],
        known.map(({ guest, kernel }) => [code(guest), withoutRevision(kernel), outcomesOf(guest, name, drills)]),
        NOTHING_YET,
      ),
    ]),
    '## A second kill on newer kernels',
    renderSecondKills(found, drills),
    '## What is skipped',
    SKIPPED,
    known.flatMap((line) => describeLack(line, scenarios)).join('\n') || 'Nothing is.',
    ...renderExpired(known),
    NEXT,
  ];
  return `${sections.join('\n\n')}\n`;
}

const INTRODUCTION = `# Guests

Which systems drills run on, by the names that \`--guest\` takes, and what came out on each. People
decide by kernel: read this before you rely on an outcome on another one. The page is written by
\`npm run bench -- guests\` from what it saw in \`bench/guests/results.jsonl\`; a later run adds what
is missing.

\`oomdrill run --guest trixie,trixie+backports,forky\` drills everything on each of them, and gives
one report: each drill of it names its guest, in JUnit and TAP too. A name with \`+backports\` is the
release with the kernel of its backports, one with \`+rt\` the release with its real-time kernel.`;

const BUILT = `The time is that of the package mirror's download, the installation and the seal of the image, on a
host with two cores; the first boot comes on top. A guest whose image was there already has none.`;

const CORE = `Each drill ran at scale 1/8. An outcome stands with how many drills had it, and with the shortest and
the longest of their longest times without an answer.`;

const SKIPPED = `A scenario that requires what a guest lacks is skipped there, with the reason; the others run. What is
looked for stands in [Scenarios of your own](library.md), \`requires\`. No guest has PostgreSQL or
podman unless a bundle names their packages, so what lacks only those is not listed.`;

const NEXT = `Next: [An image or a kernel of your own](your-image.md); [Extending](extending.md#a-guest-suite), how a
guest is added.`;

/** What every image lacks, because bundles bring it along. */
const BROUGHT_ALONG: ReadonlySet<string> = new Set(['postgresql-17', 'quadlets']);

const code = (name: string): string => `\`${name}\``;

const describe = ({ guest, kernel, systemd, nodejs, buildSeconds }: GuestLine): string[] => [
  code(guest),
  kernel,
  withoutRevision(systemd),
  withoutRevision(nodejs),
  buildSeconds === undefined ? '' : `${buildSeconds} s`,
];

/** A version without what Debian adds to it. */
const withoutRevision = (version: string): string => version.replace(/[-+~].*/, '');

/** The outcomes of a scenario on a guest. */
function outcomesOf(guest: string, scenario: string, drills: readonly DrillLine[]): string {
  const own = drills.filter((line) => line.guest === guest && line.scenario === scenario);
  const outcomes = [...new Set(own.map(({ outcome, verdict }) => outcome ?? verdict))];
  if (outcomes.length === 0) return 'not drilled';
  return outcomes
    .map((outcome) => {
      const those = own.filter((line) => (line.outcome ?? line.verdict) === outcome);
      return `${those.length} × ${outcome}, ${renderGaps(those)}`;
    })
    .join('; ');
}

/** The shortest and the longest of the gaps. */
function renderGaps(drills: readonly DrillLine[]): string {
  const gaps = drills.flatMap(({ longestGapMs }) => longestGapMs ?? []);
  if (gaps.length === 0) return 'unknown';
  const [least, most] = [Math.min(...gaps), Math.max(...gaps)].map((ms) => (ms / 1_000).toFixed(1));
  return least === most ? `${least} s` : `${least} to ${most} s`;
}

/** How often the runaway's kill took the server as well, on kernels before and after the change, and with the remedy. */
function renderSecondKills(found: readonly GuestLine[], drills: readonly DrillLine[]): string {
  const [after, before] = [true, false].map((isNew) => {
    const names = found.filter((line) => killsTwice(line) === isNew).map(({ guest }) => guest);
    return drills.filter((drill) => names.includes(drill.guest) && isDecided(drill));
  });
  const share = (those: readonly DrillLine[] = [], name: string) => {
    const own = those.filter(({ scenario }) => scenario === name);
    return `${own.filter(({ outcome }) => outcome === 'unit-stopped').length} of ${own.length}`;
  };
  return [
    `In ${share(after, RUNAWAY)} drills of \`${RUNAWAY}\` on a kernel from 7.0 on, and in ${share(before, RUNAWAY)} on an older one, the kernel killed the`,
    SECOND_KILL,
    '',
    `The OOM killer of a cgroup chooses in that cgroup and below it (cgroup-v2.rst, memory.max): a job in a slice of its own, with a limit of its own that it reaches first, cannot take the server along. \`${REMEDY}\` tries that, with the same runaway on the same kernels: the server was killed in ${share(after, REMEDY)} drills.`,
  ].join('\n');
}

const SECOND_KILL = `server as well, right after the runaway in the same cgroup. In the first 11 of them that was 0.03 to 0.13 s
later. The kernel's log in each of these records lists the tasks that it chose from the second time, and
the runaway is not among them, although in the 6 whose log tells, its memory was freed only 2 s later (\`oom_reaper: reaped process\`): the OOM killer did not wait for
it. On 6.1 the memory of a runaway was there for as long, and it waited.

A change of kernel 7.0 fits that, which went into 6.19 in March 2026 (a72f73c4dd9b, "cgroup: Don't
expose dead tasks in cgroup"): what walks the tasks of a cgroup no longer sees one that is
exiting, and the OOM killer of a cgroup walks them to find out whether a victim is still on its way
(\`oom_evaluate_task()\` of mm/oom_kill.c, \`css_task_iter_advance()\` of kernel/cgroup/cgroup.c). That
it is the cause was not proven: no two kernels that differ only by it were drilled. That a cgroup
kills twice is known elsewhere, and rarer
([linux-test-project/ltp #614](https://github.com/linux-test-project/ltp/issues/614)). Emulation makes
the end of a large process slow, and what races with it too; how often it happens on real hardware
is not known.`;

/** What a guest lacks, and what is skipped for it; nothing of one that lacks nothing. */
function describeLack({ guest, lacks }: GuestLine, scenarios: readonly Asking[]): string[] {
  const own = lacks.filter((name) => !BROUGHT_ALONG.has(name));
  if (own.length === 0) return [];
  const skipped = scenarios.filter(({ requires }) => requires.some((name) => own.includes(name)));
  const names = skipped.map(({ name }) => code(name)).join(', ');
  return [`- ${code(guest)} lacks ${own.map(code).join(', ')}. Skipped: ${names || 'nothing'}.`];
}

function renderExpired(known: readonly GuestLine[]): string[] {
  const expired = known.filter((line) => line.expired !== undefined);
  if (expired.length === 0) return [];
  const lines = expired.map(({ guest, expired }) => `- ${code(guest)}: ${expired}`);
  return ['## Lists of packages that were past their date', EXPIRED, lines.join('\n')];
}

const EXPIRED = `The releases that are worked on say until when their list is good, and a mirror that stands still is
past that. Such a list is refused, unless \`OOMDRILL_MIRROR_EXPIRED=allow\` takes it; then each record
says so.`;
