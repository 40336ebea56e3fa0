import { isKernelFrom } from '../kernel-version.js';
import { renderTable } from '../markdown-table.js';
import { cellsOf, GAPS, type Gap, type GapCell, MOTIONS, type Motion } from './cells.js';
import { decides, type GapResult } from './results.js';

/**
 * The page docs/memory-high.md. Markdown; tables are narrow enough for a terminal.
 *
 * @param results all drills, the oldest first
 * @param guests the names of all guests, in the order of the page
 */
export function renderGapsPage(results: readonly GapResult[], guests: readonly string[]): string {
  const sections = [
    INTRODUCTION,
    '## What others say, and what was seen',
    claims(results).join('\n'),
    ...MOTIONS.flatMap((motion) => [HEADINGS[motion], renderMotion(motion, results, guests)]),
    LIMITS,
    NEXT,
  ];
  return `${sections.join('\n\n')}\n`;
}

const INTRODUCTION = `# MemoryHigh by gap and kernel

What a hog between \`MemoryHigh\` and \`MemoryMax\` does to a server in its cgroup, by how far the two
limits lie apart, on every guest. Read this if you think that a kernel is new enough, or a gap small
enough. The page is written by \`npm run bench -- gaps\` from \`bench/gaps/results.jsonl\`; a later run
adds what is missing, and what was not drilled is shown as that.

\`MemoryMax\` is 1G, on a guest of 1.5G without swap and at real scale, because what a kernel charges at
once does not shrink with a guest. The smaller the gap, the higher lies \`MemoryHigh\`. Times count from
the first sample in which the cgroup is at \`MemoryHigh\`. A row is made by

\`\`\`
npm run bench -- gaps --cells trixie/26M/grows
oomdrill run bench/gaps/scenarios/gap-26m-grows.ts --guest trixie --scale 1
\`\`\`

of which the second only drills; [several machines](fleet.md#a-store-that-grows) can share that.
\`--repeats 2\` drills again, and a row then shows the shortest and the longest time.`;

const HEADINGS: Readonly<Record<Motion, string>> = {
  rests: `## A hog that settles

It stops 16M above \`MemoryHigh\`, or in the middle of a gap that is too small for that, and holds for
60 s at most: less where nothing can change any more, as in most drills on kernels up to 6.12, whose cgroup then stands still;
on 7.2 and 7.3 it goes on reclaiming a little, and is held in full. So the silence is as long as the hold, and no measure of a kernel.`,
  grows: `## A hog that grows

It asks for 10 MiB a second, as the hog of KEP-2570 does, and is held for 10 minutes at most: less
where nothing moves any more that could end it.`,
};

const LIMITS = `## What this does not say

The guests are emulated (no KVM), which makes all of the kernel's work slow next to its clocks; they
have two CPUs and Debian's kernels. The server is oomdrill's stand-in, 96M large, and its hog is a
single process. A hard limit of 16G has a smaller gap for its size: the kernel's delay grows with the
square of what the cgroup is over \`MemoryHigh\`, as a share of it.`;

const NEXT = 'Next: [Guests](guests.md), what the guests are; [Map](map.md), the same search for one bundle.';

/** Enough to call it silent: the patience of clients. */
const SILENT_MS = 20_000;

const of = (motion: Motion, gaps: readonly Gap[], results: readonly GapResult[]): GapResult[] =>
  results.filter((result) => result.motion === motion && gaps.includes(result.gap) && decides(result)(result));

/** What is said of MemoryHigh elsewhere, next to what was seen here. */
function claims(results: readonly GapResult[]): string[] {
  const resting = of('rests', GAPS, results).filter(({ kernel }) => isKernelFrom(kernel, 5, 9));
  const silent = resting.filter(({ longestGapMs }) => (longestGapMs ?? 0) > SILENT_MS);
  const small = of('grows', ['4M', '26M'], results);
  const large = of('grows', ['400M', '800M'], results);
  const killed = (those: readonly GapResult[]) => those.filter(({ killedAfterMs }) => killedAfterMs !== null);
  return [
    `- **KEP-2570: the livelock is cured since kernel 5.9.** ${ofAll(silent, resting, 'drills of a settled hog on such kernels were silent for more than 20 s')}.`,
    `- **The benchmarks of KEP-2570 (kernels 6.18.5 and 7.0.9): killed after 44 and 54 s at gaps of 1 and 26 MiB.** ${ofAll(killed(small), small, 'growing hogs were killed at gaps of 4M and 26M')}${times(killed(small))}.`,
    `- **The same: at 804 and 1,421 MiB throttled for 10 minutes, and not killed.** ${ofAll(notIn(large, killed(large)), large, 'growing hogs were not killed while they were held, at gaps of 400M and 800M')}.`,
  ];
}

const notIn = (all: readonly GapResult[], those: readonly GapResult[]) => all.filter((one) => !those.includes(one));

const ofAll = (hits: readonly GapResult[], all: readonly GapResult[], what: string): string =>
  all.length === 0 ? 'Not drilled yet' : `Here ${hits.length} of ${all.length} ${what}`;

function times(killed: readonly GapResult[]): string {
  const after = killed.flatMap(({ killedAfterMs }) => killedAfterMs ?? []);
  return after.length === 0 ? '' : `, after ${range(after)}`;
}

function renderMotion(motion: Motion, results: readonly GapResult[], guests: readonly string[]): string {
  const cells = GAPS.flatMap((gap) =>
    guests.flatMap((guest) => cellsOf(guest).filter((cell) => cell.gap === gap && cell.motion === motion)),
  );
  const head = ['gap', 'guest', 'kernel', 'outcome', 'longest silence', 'killed', '`high` events'];
  return renderTable(
    head,
    cells.map((cell) => renderCell(cell, results)),
    '',
  );
}

function renderCell(cell: GapCell, results: readonly GapResult[]): string[] {
  const own = results.filter(decides(cell));
  const head = [cell.gap, `\`${cell.guest}\``];
  if (own.length === 0) return [...head, '', 'not drilled', '', '', ''];
  const numbers = (read: (result: GapResult) => number | null) => own.flatMap((result) => read(result) ?? []);
  const killed = numbers(({ killedAfterMs }) => killedAfterMs);
  const kept = own.filter(({ killedAfterMs }) => killedAfterMs === null);
  const ends = [
    ...(killed.length === 0 ? [] : [`after ${range(killed)}`]),
    ...(kept.length === 0 ? [] : [`not in ${range(kept.flatMap(({ heldMs }) => heldMs ?? []))}`]),
  ];
  return [
    ...head,
    own.at(-1)?.kernel?.replace(/[-+].*/, '') ?? 'unknown',
    [...new Set(own.map(({ outcome }) => outcome))].join(', '),
    range(numbers(({ longestGapMs }) => longestGapMs)),
    ends.join('; '),
    between(
      numbers(({ highEvents }) => highEvents)
        .toSorted((a, b) => a - b)
        .map((count) => count.toLocaleString('en')),
    ),
  ];
}

/** The least and the most of some times, milliseconds, in seconds. */
const range = (ms: readonly number[]): string =>
  ms.length === 0 ? 'unknown' : `${between(ms.toSorted((a, b) => a - b).map(seconds))} s`;

const seconds = (ms: number): string => (ms / 1_000).toFixed(ms < 100_000 ? 1 : 0);

/** The first and the last of some figures; one where they are alike. */
function between(figures: readonly string[]): string {
  const [first, last] = [figures[0], figures.at(-1)];
  if (first === undefined || last === undefined) return 'unknown';
  return first === last ? first : `${first} to ${last}`;
}
