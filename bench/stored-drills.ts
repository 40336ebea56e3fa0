import { judgeAgain } from '../harness/command/resume.js';
import { withStore } from '../harness/store/store.js';
import type { RunSummary } from '../harness/verdict/summary.js';

/** A drill that a store has, of a cell of a table. */
export interface StoredDrill<Cell> {
  readonly cell: Cell;
  readonly run: RunSummary;
  /** When it ended, ISO 8601. */
  readonly at: string;
  /** The version of oomdrill that it was drilled with, which stands for the commit. */
  readonly commit: string;
}

/** By what a drill is known to be one of a table's. */
export type DrillKey = Pick<RunSummary, 'scenario' | 'guest' | 'scale'>;

/**
 * The drills of a table's cells that a store has, from whichever machine they came: their records are judged again. One whose record is
 * not where it was gives nothing, and that is said.
 *
 * @param cellOf the cell of a drill; undefined of one that is none of the table's, and whose record is not opened
 * @param known when the drills ended that the table has already
 * @returns the oldest first
 * @throws OomdrillError as `withStore` says
 */
export async function readStoredDrills<Cell>(
  store: string,
  cellOf: (drill: DrillKey) => Cell | undefined,
  known: readonly { readonly at: string }[],
): Promise<StoredDrill<Cell>[]> {
  const times = new Set(known.map(({ at }) => at));
  const rows = await withStore(store, 'read', (open) => [...open.select({})]);
  const drills: StoredDrill<Cell>[] = [];
  for (const row of rows.toReversed()) {
    const at = String(row.at);
    if (times.has(at)) continue;
    const cell = cellOf({ scenario: String(row.scenario), guest: String(row.guest), scale: Number(row.scale) });
    const run = cell && (await judgeAgain(row));
    if (run) drills.push({ cell, run, at, commit: String(row.version ?? 'unknown') });
  }
  return drills;
}
