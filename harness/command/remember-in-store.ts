import { join } from 'node:path';
import type { PartDocument } from '../contract/parts.js';
import { MIB } from '../core/bytes.js';
import { type Row, rowOfRun } from '../store/row.js';
import { withStore } from '../store/store.js';
import { runCellKey } from '../verdict/part.js';
import { answerName } from '../verdict/safety.js';
import type { RunSummary, Summary } from '../verdict/summary.js';

/** The store of the runs in a folder. */
export const storeIn = (outDir: string): string => join(outDir, 'results.db');

/** Adds results to a store. @throws OomdrillError as `withStore` says */
export async function rememberInStore(path: string, summary: Summary): Promise<void> {
  await withStore(path, 'write', (store) => store.add(rowsOfSummary(summary)));
}

/** The rows of a summary of drills. What has no result is none. */
export function rowsOfSummary({ at, runs, part }: Pick<Summary, 'at' | 'runs' | 'part'>): Row[] {
  const occasion = { at: at ?? 'unknown', campaign: part?.campaign };
  return runs
    .filter(({ error }) => error?.code !== 'SHARD_MISSING' && error?.code !== 'DRILL_MISSING')
    .map((run) => rowOfRun(run, { ...occasion, cell: runCellKey(run) }));
}

/** The rows of the drills of any other campaign. When they were made, only their records know: the time is that of the adding. */
export function rowsOfPart(document: PartDocument, now = new Date().toISOString()): Row[] {
  if (document.kind === 'run') return rowsOfSummary(document.part.summary);
  const { campaign } = document.part.part;
  const row = (run: RunSummary, place: string) => rowOfRun(run, { at: now, campaign, place });
  const sizeOf = (bytes: number) => `${Math.round(bytes / MIB)}M`;
  if (document.kind === 'map') return document.document.points.map(({ run, sizeBytes }) => row(run, sizeOf(sizeBytes)));
  if (document.kind === 'sweep')
    return document.document.rows.flatMap(({ map }) =>
      (map?.points ?? []).map(({ run, sizeBytes }) => row(run, sizeOf(sizeBytes))),
    );
  if (document.kind === 'validation') {
    const { answers, baseline = [] } = document.document;
    return [...answers, ...baseline].map((answer) => row(answer.run, answerName({ ...answer, question: answer.name })));
  }
  // A mutation run has what was decided, and no figures.
  return [];
}
