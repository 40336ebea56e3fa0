import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { assets } from '../../harness/core/assets.js';
import { groupBy } from '../../harness/core/group-by.js';
import { guestNames } from '../../harness/machine/image/guests.js';
import { readRecord } from '../../harness/record/reader.js';
import type { RunSummary } from '../../harness/verdict/summary.js';
import { readCommit } from '../commit.js';
import type { BenchContext } from '../context.js';
import { atLeast, atMost, type Figure } from '../figure.js';
import { type DrillKey, readStoredDrills } from '../stored-drills.js';
import { runDrilled } from '../trust/drill-cell.js';
import { cellsOf, chooseCells, type GapCell, nameOfCell, nameOfScenario, scenarioOf } from './cells.js';
import { measureAbove } from './measure.js';
import { renderGapsPage } from './page.js';
import { addGapResult, decides, type GapResult, readGapResults } from './results.js';

/** The gaps are those of the real host. */
const SCALE = '1';

/** Which cells, all where nothing is said; how often each must have been drilled; and how long at most. */
export interface GapFlags {
  readonly cells: string | undefined;
  readonly repeats: number;
  readonly minutes: number;
  /** A store whose drills are taken over first. */
  readonly from: string | undefined;
}

/**
 * Drills the cells of the table of gaps that were not drilled often enough, until the time is up, and writes docs/memory-high.md from all
 * results so far.
 */
export async function measureGaps(
  context: BenchContext,
  { cells, repeats, minutes, from }: GapFlags,
): Promise<Figure[]> {
  const end = performance.now() + minutes * 60_000;
  const commit = await readCommit();
  try {
    if (from !== undefined) await takeOver(from);
    for (const cell of chooseCells(cells)) await drillOften(cell, { repeats, end, commit }, context);
  } finally {
    await writePage();
  }
  return collectFigures(readGapResults());
}

/** Tries each drill twice at most: one that stays inconclusive is left open. */
async function drillOften(
  cell: GapCell,
  { repeats, end, commit }: { readonly repeats: number; readonly end: number; readonly commit: string },
  { progress, signal }: BenchContext,
): Promise<void> {
  for (let tries = 0; tries < 2 * repeats; tries++) {
    const often = readGapResults().filter(decides(cell)).length;
    if (often >= repeats || performance.now() > end) return;
    progress(nameOfCell(cell));
    const scenario = join(assets.root, scenarioOf(cell));
    const { run } = await runDrilled({ guest: cell.guest, scenario, scale: SCALE }, signal);
    await addGapResult(await createResult(cell, run, { at: new Date().toISOString(), commit }));
    progress(`${nameOfCell(cell)} was ${run.outcome}`);
  }
}

async function createResult(
  cell: GapCell,
  run: RunSummary,
  { at, commit }: Pick<GapResult, 'at' | 'commit'>,
): Promise<GapResult> {
  const { verdict, outcome, evidence, reasons, kernel, accelerator } = run;
  const { longestGapMs = null, highEvents = null, fullStallPercent = null, kills } = evidence ?? {};
  const above =
    run.record === null ? { killedAfterMs: null, heldMs: null } : measureAbove(await readRecord(run.record), kills);
  const recordBytes = run.record === null ? null : (await stat(run.record)).size;
  const found = { ...above, longestGapMs, highEvents, fullStallPercent, recordBytes, reason: reasons[0] ?? '' };
  return { at, commit, ...cell, kernel, accelerator, verdict, outcome, ...found };
}

/** Adds the drills that a store has and the results have not. */
async function takeOver(store: string): Promise<void> {
  const all = guestNames().flatMap(cellsOf);
  const cellOf = ({ scenario, guest, scale }: DrillKey) =>
    scale === Number(SCALE) ? all.find((cell) => cell.guest === guest && nameOfScenario(cell) === scenario) : undefined;
  for (const { cell, run, ...seen } of await readStoredDrills(store, cellOf, readGapResults()))
    await addGapResult(await createResult(cell, run, seen));
}

/** Writes docs/memory-high.md from all results so far. */
async function writePage(): Promise<void> {
  const page = join(assets.root, 'docs', 'memory-high.md');
  await writeFile(page, renderGapsPage(readGapResults(), guestNames()));
  await execa('npx', ['prettier', '--write', page], { cwd: assets.root });
}

function collectFigures(results: readonly GapResult[]): Figure[] {
  const decided = results.filter((result) => decides(result)(result));
  const cells = [...groupBy(decided, nameOfCell).values()];
  const again = cells.filter((own) => own.length > 1);
  const equal = again.filter((own) => new Set(own.map(sayEnd)).size === 1);
  const sizes = results.flatMap(({ recordBytes }) => recordBytes ?? []);
  return [
    atLeast('cells of the table decided', cells.length, 50, 'cells'),
    atLeast('cells drilled again and equal', equal.length, Math.max(8, again.length), 'cells'),
    atMost('largest record', sizes.length === 0 ? Infinity : Math.max(...sizes) / 1e6, 10, 'MB'),
  ];
}

/** What two drills of a cell must have in common. */
const sayEnd = ({ outcome, killedAfterMs }: GapResult): string => `${outcome} ${killedAfterMs === null}`;
