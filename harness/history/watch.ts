import { MIB } from '../core/bytes.js';
import { withoutUndefined } from '../core/defined.js';
import {
  DRIFTING_FIGURES,
  type Drift,
  type DriftingFigure,
  type KernelChange,
  type RunSummary,
} from '../verdict/summary.js';
import type { Baseline } from './baseline.js';
import { findExceeded, type Past } from './drift.js';
import { findKernelChange, findKernelDifference } from './kernel.js';
import { createPastRun } from './night.js';
import type { HistoryEntry } from './schema.js';
import { createRunPoint, type Figures, groupSeries, nameSeriesOfRun, type Point, type Series } from './series.js';

/**
 * Smaller values count as equal: the interval of the prober, a stall that no user notices, an answer at once, the default
 * precision of a map.
 */
const FLOORS: Readonly<Record<DriftingFigure, number>> = {
  longestGapMs: 200,
  fullStallPercent: 5,
  holdP50Ms: 10,
  holdP90Ms: 20,
  holdP99Ms: 50,
  brimBytes: 8 * MIB,
};

/**
 * Adds the figures that drift to a run, if any do, and what came out on another kernel, if that was something else.
 *
 * @param runs all drills of the same run
 */
export function withDrifts(
  run: RunSummary,
  entries: readonly HistoryEntry[],
  baseline: Baseline,
  runs: readonly RunSummary[] = [run],
): RunSummary {
  const past = createPastRun(run);
  const name = nameSeriesOfRun(past);
  const tonight = createRunPoint(past, '');
  const points = groupSeries(entries).find((series) => series.name === name)?.points ?? [];
  const accepted = baseline.accepted[name];
  const drifts = compareWithPast(tonight, points, accepted);
  const isAccepted = accepted?.outcome === run.outcome;
  const kernelChange =
    findKernelChange(tonight, points, accepted) ?? (isAccepted ? undefined : findKernelDifference(run, runs));
  if (drifts.length === 0 && kernelChange === undefined) return run;
  return {
    ...run,
    ...(drifts.length === 0 ? {} : { drifts }),
    ...(kernelChange === undefined ? {} : { kernelChange }),
  };
}

/** Finds the figures of tonight that are clearly worse than in the past of their series. */
export function findDrifts(
  name: string,
  tonight: Point,
  entries: readonly HistoryEntry[],
  baseline: Baseline,
): Drift[] {
  const series = groupSeries(entries).find((series) => series.name === name);
  return compareWithPast(tonight, series?.points ?? [], baseline.accepted[name]);
}

/** Finds the figures of the last night of a series that are clearly worse than on the nights before. */
export function findLastDrifts({ name, points }: Series, baseline: Baseline): Drift[] {
  const last = points.at(-1);
  return last === undefined ? [] : compareWithPast(last, points.slice(0, -1), baseline.accepted[name]);
}

/** What the last night of a series came out as on the kernel before, if that was something else. */
export function findLastKernelChange({ name, points }: Series, baseline: Baseline): KernelChange | undefined {
  const last = points.at(-1);
  return last && findKernelChange(last, points.slice(0, -1), baseline.accepted[name]);
}

type Accepted = Baseline['accepted'][string] | undefined;

/** Compares the figures of a night that passed with its past: only such a night can drift. */
function compareWithPast(
  { verdict, kernel, figures, hostStallMs }: Point,
  points: readonly Point[],
  accepted: Accepted,
): Drift[] {
  if (verdict !== 'pass') return [];
  return DRIFTING_FIGURES.flatMap((figure) => {
    const value = figures[figure];
    if (value === undefined || isInHigher(figure, figures)) return [];
    // A stall of the harness can make a gap longer by its own length, which is not the server's fault.
    const ownValue = figure === 'longestGapMs' ? value - hostStallMs : value;
    const previousMedian = findExceeded(ownValue, collectPast(figure, points, accepted), FLOORS[figure]);
    if (previousMedian === null) return [];
    const previousKernel = points.some((point) => point.kernel === kernel) ? undefined : points.at(-1)?.kernel;
    return [withoutUndefined({ figure, value, previousMedian, previousKernel })];
  });
}

/** Of the tail, the highest percentile that has enough samples tells. */
const isInHigher = (figure: DriftingFigure, { holdP99Ms }: Figures): boolean =>
  figure === 'holdP90Ms' && holdP99Ms !== undefined;

/** The values of a figure on the nights that passed, before and since the accepted state. */
function collectPast(figure: DriftingFigure, points: readonly Point[], accepted: Accepted): Past {
  const passed = points.filter(({ verdict }) => verdict === 'pass');
  const isOld = ({ at }: Point) => accepted !== undefined && Date.parse(at) < Date.parse(accepted.acceptedAt);
  const values = (of: readonly Point[]) => of.flatMap(({ figures }) => figures[figure] ?? []);
  return {
    values: values(passed.filter((point) => !isOld(point))),
    superseded: values(passed.filter(isOld)),
    accepted: accepted?.figures[figure] ?? null,
  };
}
