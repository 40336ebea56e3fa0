import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { assets } from '../harness/core/assets.js';
import { type RunRecord, readRecord } from '../harness/record/reader.js';
import type { Entry } from '../harness/record/schema.js';
import { windowMs } from '../harness/record/watchdog.js';
import { entriesOfType } from '../harness/study/entries.js';
import { guestSlownessOf } from '../harness/study/guest-slowness.js';
import { decideHold } from '../harness/study/hold-decision.js';
import { studyPhases } from '../harness/study/phases.js';
import { judge } from '../harness/verdict/verdict.js';
import type { BenchContext } from './context.js';
import { atLeast, type Figure } from './figure.js';

/** So many records of holds in full must have been judged both ways. */
const RECORDS = 200;

const STEP_MS = 1_000;

/**
 * Judges the stored records of drills that were held in full as they are, and as they would be had the hold ended as soon as it was
 * decided. Starts no machine.
 *
 * @param dirs of runs; `reports` where none is given
 */
export async function measureEarlyEnds({ progress }: BenchContext, dirs: readonly string[]): Promise<Figure[]> {
  const chosen = dirs.length > 0 ? dirs : [join(assets.root, 'reports')];
  const seen = new Set<string>();
  let equal = 0;
  let early = 0;
  for (const path of (await Promise.all(chosen.map(findRecords))).flat()) {
    const record = await readRecord(path).catch(() => undefined);
    // Without a canary no hold is decided early.
    if (!record || seen.has(record.header.id) || entriesOfType(record.entries, 'canary').length === 0) continue;
    const full = judge(record);
    if (full.outcome === 'inconclusive') continue;
    seen.add(record.header.id);
    const ended = endEarly(record);
    if (!ended) {
      equal++;
      continue;
    }
    early++;
    const short = judge(ended);
    if (short.outcome === full.outcome && short.verdict === full.verdict) equal++;
    else progress(`${path}: ${full.outcome} in full, and ${short.outcome}: ${short.reasons.join(' ')}`);
  }
  const detail = `${early} of them end early`;
  return [
    atLeast('records of decided drills, held in full', seen.size, RECORDS, 'records', detail),
    atLeast('the same outcome and verdict with an early end', equal, seen.size, `of ${seen.size}`),
  ];
}

async function findRecords(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { withFileTypes: true, recursive: true });
  return entries.filter(({ name }) => name === 'record.jsonl').map((entry) => join(entry.parentPath, entry.name));
}

/** The record as it would be had its hold ended when that was decided; undefined where it never was. */
export function endEarly(record: RunRecord): RunRecord | undefined {
  const { header, entries } = record;
  const { injection, hold, repair, release } = studyPhases(entries);
  const to = repair?.from ?? release?.from;
  if (!injection || !hold || to === undefined) return undefined;
  const injections = entriesOfType(entries, 'injection').map(({ name }) => name);
  const { guestMemoryBytes, sampleIntervalMs, watchdog, load } = header;
  const shared = {
    from: hold.from,
    injectedT: injection.from,
    windowMs: windowMs(watchdog),
    injections,
    load,
    slowness: guestSlownessOf(entries),
  };
  for (let now = hold.from + STEP_MS; now < to; now += STEP_MS) {
    const soFar = entries.filter((entry) => 't' in entry && entry.t < now);
    if (decideHold({ ...shared, guestMemoryBytes, sampleIntervalMs, entries: soFar, now }))
      return { ...record, entries: cut(entries, { from: now, to }, sampleIntervalMs) };
  }
  return undefined;
}

/** Leaves out a part of a record, as if it had never been. Requests that were due before it keep their results. */
function cut(
  entries: readonly Entry[],
  { from, to }: { readonly from: number; readonly to: number },
  sampleIntervalMs: number,
): Entry[] {
  const cutMs = to - from;
  return entries.flatMap((entry): Entry[] => {
    if (entry.type === 'header' || entry.t < from) return [entry];
    const wasDueBefore = 'scheduledT' in entry && entry.scheduledT < from;
    if (entry.t < to && !wasDueBefore) return [];
    const t = Math.max(from + 1, entry.t - cutMs);
    if (entry.type === 'sample') return [{ ...entry, t, seq: entry.seq - Math.round(cutMs / sampleIntervalMs) }];
    if (!('scheduledT' in entry) || wasDueBefore) return [{ ...entry, t }];
    return [{ ...entry, t, scheduledT: entry.scheduledT - cutMs }];
  });
}
