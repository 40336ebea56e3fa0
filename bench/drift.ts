import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { median } from '../harness/core/median.js';
import { NOTHING_ACCEPTED } from '../harness/history/baseline.js';
import { HISTORY_SCHEMA, type Night, nightSchema, type PastRun } from '../harness/history/schema.js';
import { groupSeries } from '../harness/history/series.js';
import { findLastDrifts } from '../harness/history/watch.js';
import { atLeast, atMost, type Figure } from './figure.js';
import { createDraw } from './random.js';

/** A server that is so many times slower must be found on its first night. */
export const STEP = 3;

const NIGHTS = 200;
const HISTORIES = 24;
/** A step comes after so many nights. */
const NIGHTS_BEFORE = 30;

const pastRun = nightSchema.shape.runs.element;
const drillSchema = z.object({ at: z.string(), drill: pastRun, slowed: pastRun });
type Drill = z.infer<typeof drillSchema>;

/** Simulates histories of real drills, stable ones and ones in which the server becomes slower. Starts no machine. */
export async function measureDrift(): Promise<Figure[]> {
  const text = await readFile(new URL('../fixtures/drift/drills.jsonl', import.meta.url), 'utf8');
  const drills = text
    .trimEnd()
    .split('\n')
    .map((line) => drillSchema.parse(JSON.parse(line)));
  const pool = drills.filter(({ drill }) => drill.latency?.hold?.p50Ms != null);
  const draw = createDraw(pool);
  let worst = 0;
  let found = 0;
  for (let history = 0; history < HISTORIES; history++) {
    const nights: Night[] = [];
    let flags = 0;
    for (let day = 0; day < NIGHTS; day++) {
      nights.push(createNight(draw(), 'drill', pool, day));
      if (hasDrift(nights)) flags++;
    }
    worst = Math.max(worst, flags);
    const before = nights.slice(0, NIGHTS_BEFORE);
    const step = createNight(draw(), 'slowed', pool, NIGHTS_BEFORE);
    if (step.runs.some(({ verdict }) => verdict === 'fail') || hasDrift([...before, step])) found++;
  }
  const detail = `${HISTORIES} histories, each night one of ${pool.length} real drills`;
  return [
    atMost(`false drifting flags on ${NIGHTS} stable nights, at most`, worst, 2, '', detail),
    atLeast(`a server ${STEP} times as slow, found on its first night`, found, HISTORIES, 'histories', detail),
  ];
}

const hasDrift = (nights: readonly Night[]): boolean =>
  groupSeries(nights).some((series) => findLastDrifts(series, NOTHING_ACCEPTED).length > 0);

/** Whatever was drilled: it is one series. */
const ONE_SERIES = {
  scenario: 'drift',
  bundle: undefined,
  server: undefined,
  guest: 'trixie',
  machine: 'qemu',
  scale: 8,
};

/**
 * A night of one drill. Answers are alike in all scenarios whose server is contained, gaps and stalls are not: those are given as
 * multiples of the median of their own scenario, and not at all where there is only one drill of it.
 */
function createNight(
  { drill, ...other }: Drill,
  which: 'drill' | 'slowed',
  pool: readonly Drill[],
  day: number,
): Night {
  const past = which === 'drill' ? drill : other.slowed;
  const same = pool.filter((one) => one.drill.scenario === drill.scenario);
  const scaled = (figure: 'longestGapMs' | 'fullStallPercent', typical: number) => {
    const before = median(same.map((one) => one.drill[figure] ?? Number.NaN));
    return same.length < 2 || !(before > 0) ? null : (typical * (past[figure] ?? Number.NaN)) / before;
  };
  const run: PastRun = {
    ...past,
    ...ONE_SERIES,
    hostStallMs: 0,
    longestGapMs: scaled('longestGapMs', 1_000),
    fullStallPercent: scaled('fullStallPercent', 10),
  };
  const host = { cpus: 0, cpuModel: '', kernel: '' };
  return { schema: HISTORY_SCHEMA, type: 'night', at: new Date(day * 86_400_000).toISOString(), host, runs: [run] };
}
