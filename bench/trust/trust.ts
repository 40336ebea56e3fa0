import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { loadSuite } from '../../harness/campaign/catalogue.js';
import { assets } from '../../harness/core/assets.js';
import { usageError } from '../../harness/core/errors.js';
import { readCommit } from '../commit.js';
import type { BenchContext } from '../context.js';
import { atLeast, atMost, type Figure } from '../figure.js';
import { type Cell, halfSpeedCells, NOISY, nightlyCells, QUIET } from './cells.js';
import { drillCell } from './drill-cell.js';
import { decideReliability } from './interval.js';
import { renderTrustPage } from './page.js';
import { addTrustResult, isDecided, isOf, isWrong, RESULTS, readTrustResults, type TrustResult } from './results.js';

/** What can be drilled, by name; and how many drills of a cell are enough where no test decides it. */
const SETS: Readonly<Record<string, { readonly cells: () => Promise<readonly Cell[]>; readonly enough?: number }>> = {
  noise: { cells: async () => NOISY, enough: 2 },
  quiet: { cells: async () => QUIET },
  nightly: { cells: async () => nightlyCells(await nightlyNames()), enough: 3 },
  'half-speed': { cells: async () => halfSpeedCells(await nightlyNames()), enough: 1 },
};

const nightlyNames = async (): Promise<string[]> => (await loadSuite('nightly')).map(({ name }) => name);

/** What of it is drilled, and how long at most. */
export interface TrustFlags {
  /** Names of sets, with commas between them; all where nothing is said. */
  readonly cells: string | undefined;
  readonly minutes: number;
  /** The file of results to go on with; that of the repository where nothing is said. */
  readonly results: string | undefined;
}

/**
 * Drills cells until the time is up or all of them were drilled often enough, always the one with the fewest drills, and
 * writes a page from all results so far: docs/trust.md, or for another file of results one next to it.
 */
export async function measureTrust({ progress, signal }: BenchContext, flags: TrustFlags): Promise<Figure[]> {
  const cells = await chooseCells(flags.cells);
  const { results: file = RESULTS } = flags;
  const page = file === RESULTS ? join(assets.root, 'docs', 'trust.md') : `${file}.md`;
  const end = performance.now() + flags.minutes * 60_000;
  const commit = await readCommit();
  try {
    while (performance.now() < end) {
      const next = findNext(cells, readTrustResults(file));
      if (next === undefined) break;
      const { cell, drilled } = next;
      progress(`${nameOf(cell)}, drill ${drilled + 1}`);
      const result = await drillCell(cell, commit, signal);
      await addTrustResult(file, result);
      progress(describe(result));
    }
  } finally {
    await writeFile(page, renderTrustPage(readTrustResults(file)));
    await execa('npx', ['prettier', '--write', page], { cwd: assets.root });
  }
  return collectFigures(readTrustResults(file));
}

interface PlannedCell {
  readonly cell: Cell;
  readonly enough: number | undefined;
}

async function chooseCells(names: string | undefined): Promise<PlannedCell[]> {
  const chosen = names?.split(',') ?? Object.keys(SETS);
  const planned = chosen.map(async (name) => {
    const set = SETS[name];
    if (set) return (await set.cells()).map((cell) => ({ cell, enough: set.enough }));
    throw usageError('CELLS_UNKNOWN', `There are no cells "${name}".`, `There are: ${Object.keys(SETS).join(', ')}.`);
  });
  return (await Promise.all(planned)).flat();
}

/** The cell with the fewest drills of those that were not drilled often enough. */
function findNext(cells: readonly PlannedCell[], results: readonly TrustResult[]) {
  return cells
    .map(({ cell, enough }) => ({ cell, enough, own: results.filter(isOf(cell)) }))
    .filter(({ own, enough }) => (enough === undefined ? isOpen(own) : own.length < enough))
    .map(({ cell, own }) => ({ cell, drilled: own.length }))
    .reduce<{ cell: Cell; drilled: number } | undefined>(
      (least, one) => (least && least.drilled <= one.drilled ? least : one),
      undefined,
    );
}

const isOpen = (drills: readonly TrustResult[]): boolean =>
  decideReliability(drills.filter(({ verdict, truth }) => verdict === truth).length, drills.length) === 'open';

const nameOf = ({ scenario, bundle, guest, scale, noise }: Cell): string =>
  `${scenario}${bundle === undefined ? '' : ` with ${bundle}`} on ${guest} at ${scale}, ${noise?.name ?? 'quiet'}`;

const describe = (result: TrustResult): string =>
  `${isWrong(result) ? 'WRONG: ' : ''}${result.verdict}, ${result.outcome ?? 'no outcome'}, status ${result.status}, ${result.seconds} s: ${result.reason}`;

function collectFigures(results: readonly TrustResult[]): Figure[] {
  const noisy = results.filter(({ noise }) => noise !== undefined);
  const quiet = results.filter(({ noise }) => noise === undefined);
  const share = (part: readonly TrustResult[]) => (100 * part.length) / Math.max(1, noisy.length);
  const of = (all: readonly TrustResult[]) => `of ${all.length}`;
  // What was never drilled meets no target.
  const count = (all: readonly TrustResult[], isCounted: (one: TrustResult) => boolean) =>
    all.length === 0 ? Number.POSITIVE_INFINITY : all.filter(isCounted).length;
  return [
    atMost('wrong verdicts under noise', count(noisy, isWrong), 0, 'drills', of(noisy)),
    atLeast('decided under noise', share(noisy.filter(isDecided)), 50, '%', of(noisy)),
    atMost(
      'inconclusive on a quiet host',
      count(quiet, (one) => !isDecided(one)),
      1,
      'drills',
      of(quiet),
    ),
    atMost('wrong verdicts on a quiet host', count(quiet, isWrong), 0, 'drills', of(quiet)),
  ];
}
