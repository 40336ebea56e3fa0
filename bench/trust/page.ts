import { groupBy } from '../../harness/core/group-by.js';
import { renderTable } from '../markdown-table.js';
import { decideReliability, wilsonInterval } from './interval.js';
import { HALF_SPEED } from './noises.js';
import { isDecided, isWrong, type TrustResult } from './results.js';

const NOTHING_YET = 'Nothing was drilled yet.';

/** The page docs/trust.md. Markdown; tables are narrow enough for a terminal. */
export function renderTrustPage(results: readonly TrustResult[]): string {
  const quiet = results.filter(({ noise }) => noise === undefined);
  const noisy = results.filter(isNoisy);
  const half = results.filter(isAtHalfSpeed);
  const sections = [
    INTRODUCTION,
    summarizeTrust(results),
    '## On a quiet host',
    QUIET,
    renderEqual(quiet),
    '## Under noise',
    NOISY,
    renderNoise(noisy),
    '## At half speed',
    HALF,
    renderHalf(half, quiet),
    '## What spoils a drill',
    SPOILED,
    renderSpoiled(results),
    ...renderWrong(results),
  ];
  return `${sections.join('\n\n')}\n`;
}

const INTRODUCTION = `# Trust

How far a verdict can be relied on: how often the same drill gives the same outcome, and what other
load on the machine makes of it. Read this before you let a nightly wake someone. The page is
written by \`npm run bench -- trust\` from the drills in \`bench/trust/results.jsonl\`, each of them
a run of \`oomdrill run\` in a VM, with the exit status that it gave. A later run of the bench adds
drills where the fewest are.`;

const QUIET = `Nothing else ran. An outcome is _equal_ if it is the one that the same drill had most often. The
interval is Wilson's, of 95 %. A sequential test (98 % equal against 80 %, wrong in 5 %) says when
enough was drilled to call a drill reliable.`;

const NOISY = `Each drill was started with \`--wait-for-quiet 0\`: where the noise spoiled it, its second try ran
next to the same noise. _Decided_ is a drill that ended in \`pass\` or \`fail\`; the others ended in
\`inconclusive\`, with the cause in words and exit status 2. _Wrong_ is a failure of limits that are
good (a false failure), or a pass of limits that are not (a false pass).`;

const SPOILED =
  'How often the first try was called spoiled, so that a second was drilled, and how often that one was, too.';

const HALF = `The whole nightly suite with QEMU held to half its CPU, as on a host that is half as fast, next to the
same scenarios at full speed: bounds in seconds stay what clients feel, deadlines follow the speed of
the guest.`;

/** The nightly suite at half speed; the same hold on a drill of the core scenarios is a kind of noise. */
const isAtHalfSpeed = ({ noise, scale }: TrustResult): boolean => noise === HALF_SPEED.name && scale === 'auto';
const isNoisy = (one: TrustResult): boolean => one.noise !== undefined && !isAtHalfSpeed(one);

/** The page in a sentence. */
export function summarizeTrust(results: readonly TrustResult[]): string {
  const noisy = results.filter(isNoisy);
  const quiet = results.filter(({ noise }) => noise === undefined);
  const half = results.filter(isAtHalfSpeed);
  const equal = [...groupBy(quiet, nameCell)].reduce((sum, [, drills]) => sum + countEqual(drills).equal, 0);
  const wrong = results.filter(isWrong).length;
  return `${results.length} drills: on a quiet host ${equal} of ${quiet.length} had the outcome that the same drill had most often; under noise ${noisy.filter(isDecided).length} of ${noisy.length} were decided; at half speed ${half.filter(({ verdict, truth }) => verdict === truth).length} of ${half.length} ended as expected; ${wrong} of all said what is not so.`;
}

/** The page in half a sentence, for the README, which a test compares with it. */
export function summarizeNoise(results: readonly TrustResult[]): string {
  const noisy = results.filter(isNoisy);
  return `of ${noisy.length} drills under other load ${noisy.filter(isWrong).length} had a wrong verdict`;
}

function renderEqual(results: readonly TrustResult[]): string {
  const rows = [...groupBy(results, nameCell)].map(([, drills]) => {
    const [{ scenario, bundle, guest, scale } = FIRST] = drills;
    const { commonest, equal } = countEqual(drills);
    const name = bundle === undefined ? scenario : `${scenario} with ${bundle}`;
    const all = drills.length;
    const found = [`${equal} of ${all}`, formatInterval(equal, all), decideReliability(equal, all)];
    return [name, guest, scale, commonest, ...found];
  });
  return renderTable(['drill', 'guest', 'scale', 'outcome', 'equal', '95 %', 'reliable'], rows, NOTHING_YET);
}

function renderNoise(results: readonly TrustResult[]): string {
  const rows = [...groupBy(results, ({ noise }) => noise ?? '')].map(([noise, drills]) => {
    const decided = drills.filter(isDecided);
    const wrong = drills.filter(isWrong);
    const failures = wrong.filter(({ truth }) => truth === 'pass').length;
    const counts = [drills.length, decided.length, drills.length - decided.length, failures, wrong.length - failures];
    return [noise, ...counts.map(String)];
  });
  return renderTable(['noise', 'drills', 'decided', 'others', 'false failures', 'false passes'], rows, NOTHING_YET);
}

/** Each scenario at half speed, and what it had most often at full speed. */
function renderHalf(half: readonly TrustResult[], quiet: readonly TrustResult[]): string {
  const rows = [...groupBy(half, ({ scenario }) => scenario)].map(([scenario, drills]) => {
    const full = quiet.filter((one) => one.scenario === scenario && one.bundle === undefined && one.scale === 'auto');
    const { commonest, equal } = countEqual(drills);
    const expected = drills.filter(({ verdict, truth }) => verdict === truth).length;
    const asAtFull = full.length === 0 ? 'not drilled' : countEqual(full).commonest;
    return [scenario, commonest, asAtFull, `${equal} of ${drills.length}`, `${expected} of ${drills.length}`];
  });
  return renderTable(['drill', 'at half speed', 'at full speed', 'equal', 'as expected'], rows, NOTHING_YET);
}

function renderSpoiled(results: readonly TrustResult[]): string {
  const rows = [...groupBy(results, ({ noise }) => noise ?? 'none')].map(([noise, drills]) => {
    const first = drills.filter(({ firstTry }) => firstTry !== undefined);
    const both = first.filter((drill) => !isDecided(drill));
    return [noise, ...[drills.length, first.length, both.length].map(String)];
  });
  return renderTable(['noise', 'drills', 'first try spoiled', 'second too'], rows, NOTHING_YET);
}

/** Every wrong verdict with its sentence: none is left out. */
function renderWrong(results: readonly TrustResult[]): string[] {
  const wrong = results.filter(isWrong);
  if (wrong.length === 0) return [];
  const lines = wrong.map(
    ({ scenario, noise, verdict, outcome, status, reason }) =>
      `- \`${scenario}\`, ${noise ?? 'quiet'}: ${verdict}, ${outcome ?? 'no outcome'}, status ${status}. ${reason}`,
  );
  return ['## Verdicts that were wrong', lines.join('\n')];
}

const FIRST: Partial<TrustResult> = {};

const nameCell = ({ scenario, bundle, guest, scale }: TrustResult): string =>
  [scenario, bundle, guest, scale].join(' ');

/** The outcome that most drills had, and how many had it. A drill without one has its verdict. */
function countEqual(drills: readonly TrustResult[]): { commonest: string; equal: number } {
  const counts = [...groupBy(drills, ({ outcome, verdict }): string => outcome ?? verdict)];
  const [commonest = 'none', most = []] = counts.sort(([, a], [, b]) => b.length - a.length)[0] ?? [];
  return { commonest, equal: most.length };
}

function formatInterval(hits: number, all: number): string {
  const { from, to } = wilsonInterval(hits, all);
  return `${Math.round(100 * from)} to ${Math.round(100 * to)} %`;
}
