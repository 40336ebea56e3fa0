import { existsSync } from 'node:fs';
import { OomdrillError } from '../core/errors.js';
import { hashFile } from '../core/hash-file.js';
import { reportError } from '../core/report-error.js';
import { say } from '../core/say.js';
import { readRecord } from '../record/reader.js';
import { type Row, rowOfRun } from '../store/row.js';
import { withStore } from '../store/store.js';
import { type Campaign, type CampaignPart, runCellKey } from '../verdict/part.js';
import { summarizeRecord } from '../verdict/summarize.js';
import type { RunSummary } from '../verdict/summary.js';

/**
 * Finds the drills of a campaign that a store has, and judges their records again. One whose record is gone, or is no longer what
 * was drilled, does not count.
 *
 * @throws OomdrillError as `withStore` says, but for a store that is not there yet
 */
export async function findKept(path: string, { version, options, declarations }: Campaign): Promise<RunSummary[]> {
  if (!existsSync(path)) return [];
  const rows = await withStore(path, 'read', (store) => [
    ...store.select({ equal: { version, options, declarations } }),
  ]);
  const kept: RunSummary[] = [];
  for (const row of rows.toReversed()) {
    const run = row.verdict === 'error' ? undefined : await judgeAgain(row);
    if (run) kept.push(run);
  }
  return kept;
}

/** Judges the record of a row again; undefined, with a line that says so, where it is gone or is no longer what was drilled. */
export async function judgeAgain({ record, recordHash }: Row): Promise<RunSummary | undefined> {
  if (typeof record !== 'string') return undefined;
  try {
    const hash = await hashFile(record);
    if (recordHash !== null && hash !== recordHash) {
      say(`${record} was changed since it was drilled, and does not count`);
      return undefined;
    }
    return { ...summarizeRecord(await readRecord(record), record), recordHash: hash };
  } catch (thrown) {
    if (!(thrown instanceof OomdrillError) && (thrown as NodeJS.ErrnoException).code === undefined) throw thrown;
    say(`${record} cannot be read any more, and does not count`);
    return undefined;
  }
}

/** A part, with those of its own cells that are left to be drilled. */
export type PartLeft = CampaignPart & { readonly left: readonly string[] };

/** Leaves out the cells of which there are drills already. */
export function leaveOutKept(part: CampaignPart, kept: readonly RunSummary[]): PartLeft {
  const counts = new Map<string, number>();
  for (const run of kept) counts.set(runCellKey(run), (counts.get(runCellKey(run)) ?? 0) + 1);
  const left = part.own.filter((key) => {
    const drill = key.replace(/, round \d+$/, '');
    const count = counts.get(drill) ?? 0;
    counts.set(drill, count - 1);
    return count <= 0;
  });
  return { ...part, left };
}

/** Adds each drill to a store when it ends: whatever breaks the others off, it is not lost. */
export function createSaver() {
  const unsaved: Row[] = [];
  const addAll = (path: string) =>
    withStore(path, 'write', (store) => {
      store.add(unsaved);
      unsaved.length = 0;
    });
  return {
    /** Where it cannot be added, that is said, and it is tried again with the next one. */
    async save(path: string, run: RunSummary, { campaign }: Pick<CampaignPart, 'campaign'>): Promise<void> {
      unsaved.push(rowOfRun(run, { at: new Date().toISOString(), campaign, cell: runCellKey(run) }));
      await addAll(path).catch((thrown: unknown) => {
        reportError(thrown);
      });
    },
    /** @throws OomdrillError as `withStore` says, where drills could not be added until the end */
    async saveRest(path: string): Promise<void> {
      if (unsaved.length > 0) await addAll(path);
    },
  };
}
