import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { assets } from '../harness/core/assets.js';
import { measureTime } from '../harness/core/clock.js';
import { NOTHING_ACCEPTED } from '../harness/history/baseline.js';
import { median } from '../harness/history/drift.js';
import { createPastRun } from '../harness/history/night.js';
import { HISTORY_SCHEMA, type Night } from '../harness/history/schema.js';
import { groupSeries } from '../harness/history/series.js';
import { findLastDrifts } from '../harness/history/watch.js';
import { DEFAULT_OUT_DIR } from '../harness/record/folder.js';
import { readRecord } from '../harness/record/reader.js';
import { summarizeRecord } from '../harness/verdict/summarize.js';
import type { RunSummary } from '../harness/verdict/summary.js';
import type { BenchContext } from './context.js';
import { atLeast, atMost, type Figure, middle } from './figure.js';

const STARTS = 5;
const NIGHTS = 200;
const STEP = 3;

/** Number of drills that show how much the longest gap varies; only scenarios with at least three drills count. */
const MIN_DRILLS = 12;

/** Measures the start of the command line, and whether drift is distinguished from noise. Starts no machine. */
export async function measureFormats({ progress }: BenchContext): Promise<Figure[]> {
  return [
    atMost('oomdrill --help', await measureStart('--help'), 0.3, 's', `median of ${STARTS}`),
    atMost('oomdrill list', await measureStart('list'), 0.3, 's', `median of ${STARTS}`),
    ...(await simulateDrift(progress)),
  ];
}

async function measureStart(...args: string[]): Promise<number> {
  const cli = assets.cli;
  const seconds: number[] = [];
  for (let start = 0; start < STARTS; start++)
    seconds.push((await measureTime(() => execa('node', [cli, ...args]))).ms / 1000);
  return middle(seconds);
}

/** Simulates stable nights with the noise of real drills, and one night whose longest gap is three times as long. */
async function simulateDrift(progress: (line: string) => void): Promise<Figure[]> {
  const runs = await readStoredRuns(DEFAULT_OUT_DIR);
  const series = groupGaps(runs);
  const noise = series.flatMap(({ factors }) => factors);
  progress(`noise: ${noise.length} drills of ${series.length} scenarios in reports/`);
  const detail = `${NIGHTS} nights, noise of ${noise.length} drills`;
  const falseFlags = (measured: number) =>
    atMost('false drifting flags on stable nights', measured, 2, 'a scenario', detail);
  const steps = (measured: number) =>
    atLeast('a longest gap of 3 times the median, found at once', measured, 100, '% of the scenarios', detail);
  const [example] = runs;
  if (!example || noise.length < MIN_DRILLS) return [falseFlags(Number.NaN), steps(Number.NaN)];
  const draw = createRandomDraw(noise);
  let flags = 0;
  let found = 0;
  for (const { medianMs } of series) {
    const nights: Night[] = [];
    for (let day = 0; day < NIGHTS; day++) {
      nights.push(createNight(example, day, medianMs * draw()));
      if (hasDrift(nights)) flags++;
    }
    if (hasDrift([...nights, createNight(example, NIGHTS, STEP * medianMs * draw())])) found++;
  }
  return [falseFlags(flags / series.length), steps((100 * found) / series.length)];
}

const hasDrift = (nights: readonly Night[]): boolean =>
  groupSeries(nights).some((series) => findLastDrifts(series, NOTHING_ACCEPTED).length > 0);

function createNight(example: RunSummary, day: number, longestGapMs: number): Night {
  const run = { ...createPastRun(example), longestGapMs, hostStallMs: 0, fullStallPercent: null };
  const host = { cpus: 0, cpuModel: '', kernel: '' };
  return { schema: HISTORY_SCHEMA, type: 'night', at: new Date(day * 86_400_000).toISOString(), host, runs: [run] };
}

/** Reads all stored records of passed drills that are not controls. */
async function readStoredRuns(dir: string): Promise<RunSummary[]> {
  const files = await readdir(dir, { recursive: true });
  const runs = await Promise.all(
    files
      // Records of mutants, maps and validations are in deeper folders: they have other limits.
      .filter((file) => /^[^/]+\/[^/]+\/record\.jsonl$/.test(file))
      // A record that is still being written cannot be read.
      .map((file) =>
        readRecord(join(dir, file)).then(
          (record) => summarizeRecord(record, file),
          () => undefined,
        ),
      ),
  );
  return runs.filter((run): run is RunSummary => run?.verdict === 'pass' && !run.control);
}

/** Each scenario with at least three drills: the median of its longest gaps, and the drills' factors of it. */
function groupGaps(runs: readonly RunSummary[]): { medianMs: number; factors: number[] }[] {
  const gaps = new Map<string, number[]>();
  for (const { scenario, guest, evidence } of runs) {
    if (!evidence?.longestGapMs) continue;
    const held = Math.max(1, evidence.longestGapMs - (evidence.hostStallMs ?? 0));
    gaps.set(`${scenario} ${guest}`, [...(gaps.get(`${scenario} ${guest}`) ?? []), held]);
  }
  return [...gaps.values()]
    .filter((values) => values.length >= 3)
    .map((values) => {
      const medianMs = median(values);
      // A few values lie closer to their own median than to the true one.
      const correction = Math.sqrt(values.length / (values.length - 1));
      return { medianMs, factors: values.map((value) => (value / medianMs) ** correction) };
    });
}

/** Draws values at random, the same in every run (Numerical Recipes' linear congruential generator). */
function createRandomDraw(values: readonly number[]): () => number {
  let state = 1;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return values[Math.floor((state / 2 ** 32) * values.length)] ?? 1;
  };
}
