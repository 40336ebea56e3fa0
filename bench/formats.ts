import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { assets } from '../harness/core/assets.js';
import { measureTime } from '../harness/core/clock.js';
import { NOTHING_ACCEPTED } from '../harness/history/baseline.js';
import { median } from '../harness/history/drift.js';
import { pastRun } from '../harness/history/night.js';
import { HISTORY_SCHEMA, type Night } from '../harness/history/schema.js';
import { allSeries } from '../harness/history/series.js';
import { lastDrifts } from '../harness/history/watch.js';
import { readRecord } from '../harness/record/reader.js';
import { summarizeRecord } from '../harness/verdict/summarize.js';
import type { RunSummary } from '../harness/verdict/summary.js';
import type { BenchContext } from './context.js';
import { atLeast, atMost, type Figure, middle } from './figure.js';

const STARTS = 5;
const NIGHTS = 200;
const STEP = 3;

/** So many drills of scenarios that were drilled thrice or more say how much the longest gap varies from night to night. */
const ENOUGH = 12;

/** How long the command line takes to start, and whether drift is distinguished from noise. Starts no machine. */
export async function formatFigures({ progress }: BenchContext): Promise<Figure[]> {
  return [
    atMost('oomdrill --help', await startSeconds('--help'), 0.3, 's', `median of ${STARTS}`),
    atMost('oomdrill list', await startSeconds('list'), 0.3, 's', `median of ${STARTS}`),
    ...(await driftFigures(progress)),
  ];
}

async function startSeconds(...args: string[]): Promise<number> {
  const cli = assets.cli;
  const seconds: number[] = [];
  for (let start = 0; start < STARTS; start++)
    seconds.push((await measureTime(() => execa('node', [cli, ...args]))).ms / 1000);
  return middle(seconds);
}

/** Stable nights with the noise of real drills, and one night on which the longest gap is three times as long. */
async function driftFigures(progress: (line: string) => void): Promise<Figure[]> {
  const runs = await storedRuns(assets.report());
  const series = seriesOf(runs);
  const noise = series.flatMap(({ factors }) => factors);
  progress(`noise: ${noise.length} drills of ${series.length} scenarios in reports/`);
  const detail = `${NIGHTS} nights, noise of ${noise.length} drills`;
  const falseFlags = (measured: number) =>
    atMost('false drifting flags on stable nights', measured, 2, 'a scenario', detail);
  const steps = (measured: number) =>
    atLeast('a longest gap of 3 times the median, found at once', measured, 100, '% of the scenarios', detail);
  const [example] = runs;
  if (!example || noise.length < ENOUGH) return [falseFlags(Number.NaN), steps(Number.NaN)];
  const draw = drawing(noise);
  let flags = 0;
  let found = 0;
  for (const { medianMs } of series) {
    const nights: Night[] = [];
    for (let day = 0; day < NIGHTS; day++) {
      nights.push(nightOf(example, day, medianMs * draw()));
      if (flagged(nights)) flags++;
    }
    if (flagged([...nights, nightOf(example, NIGHTS, STEP * medianMs * draw())])) found++;
  }
  return [falseFlags(flags / series.length), steps((100 * found) / series.length)];
}

const flagged = (nights: readonly Night[]): boolean =>
  allSeries(nights).some((series) => lastDrifts(series, NOTHING_ACCEPTED).length > 0);

function nightOf(example: RunSummary, day: number, longestGapMs: number): Night {
  const run = { ...pastRun(example), longestGapMs, hostStallMs: 0, fullStallPercent: null };
  const host = { cpus: 0, cpuModel: '', kernel: '' };
  return { schema: HISTORY_SCHEMA, type: 'night', at: new Date(day * 86_400_000).toISOString(), host, runs: [run] };
}

/** Every drill of no control that passed, of all stored records. */
async function storedRuns(dir: string): Promise<RunSummary[]> {
  const files = await readdir(dir, { recursive: true });
  const runs = await Promise.all(
    files
      // Those of mutants, maps and validations lie deeper: they are of other limits.
      .filter((file) => /^[^/]+\/[^/]+\/record\.jsonl$/.test(file))
      // One that is being written, or of another version, is none of ours.
      .map((file) =>
        readRecord(join(dir, file)).then(
          (record) => summarizeRecord(record, file),
          () => undefined,
        ),
      ),
  );
  return runs.filter((run): run is RunSummary => run?.verdict === 'pass' && !run.control);
}

/** Each scenario that was drilled thrice or more: its median longest gap, and by which factors its drills differed from that. */
function seriesOf(runs: readonly RunSummary[]): { medianMs: number; factors: number[] }[] {
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
      const widened = Math.sqrt(values.length / (values.length - 1));
      return { medianMs, factors: values.map((value) => (value / medianMs) ** widened) };
    });
}

/** Draws one of the values, again and again: the same ones in every run (Numerical Recipes' linear congruential generator). */
function drawing(values: readonly number[]): () => number {
  let state = 1;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return values[Math.floor((state / 2 ** 32) * values.length)] ?? 1;
  };
}
