import { MIB } from '../core/bytes.js';
import { DRIFTING_FIGURES, type Drift, type DriftingFigure, type RunSummary } from '../verdict/summary.js';
import type { Baseline } from './baseline.js';
import { isBeyond, type Past } from './drift.js';
import { pastRun } from './night.js';
import type { HistoryEntry } from './schema.js';
import { allSeries, type Point, pointOfRun, type Series, seriesOfRun } from './series.js';

/** Below these nothing is told apart: a request of the prober, a stall that nobody feels, the usual precision of a map. */
const FLOORS: Readonly<Record<DriftingFigure, number>> = {
  longestGapMs: 200,
  fullStallPercent: 5,
  brimBytes: 8 * MIB,
};

/** The run, with what drifts where something does. */
export function withDrifts(run: RunSummary, entries: readonly HistoryEntry[], baseline: Baseline): RunSummary {
  const past = pastRun(run);
  const drifts = driftsOf(seriesOfRun(past), pointOfRun(past, ''), entries, baseline);
  return drifts.length === 0 ? run : { ...run, drifts };
}

/** What of tonight's figures is clearly worse than that series was. */
export function driftsOf(name: string, tonight: Point, entries: readonly HistoryEntry[], baseline: Baseline): Drift[] {
  const series = allSeries(entries).find((series) => series.name === name);
  return compare(tonight, series?.points ?? [], baseline.accepted[name]);
}

/** What of its last night was clearly worse than that series was before. */
export function lastDrifts({ name, points }: Series, baseline: Baseline): Drift[] {
  const last = points.at(-1);
  return last === undefined ? [] : compare(last, points.slice(0, -1), baseline.accepted[name]);
}

type Accepted = Baseline['accepted'][string] | undefined;

/** Only of what passed can it be said that it drifts. */
function compare({ verdict, figures, hostStallMs }: Point, points: readonly Point[], accepted: Accepted): Drift[] {
  if (verdict !== 'pass') return [];
  return DRIFTING_FIGURES.flatMap((figure) => {
    const value = figures[figure];
    if (value === undefined) return [];
    // A stall of the harness lengthens a gap by at most as much, and is no fault of the server's.
    const held = figure === 'longestGapMs' ? value - hostStallMs : value;
    const previousMedian = isBeyond(held, pastOf(figure, points, accepted), FLOORS[figure]);
    return previousMedian === null ? [] : [{ figure, value, previousMedian }];
  });
}

/** What a figure was on the nights that passed, before and since the accepted state. */
function pastOf(figure: DriftingFigure, points: readonly Point[], accepted: Accepted): Past {
  const passed = points.filter(({ verdict }) => verdict === 'pass');
  const isOld = ({ at }: Point) => accepted !== undefined && Date.parse(at) < Date.parse(accepted.acceptedAt);
  const values = (of: readonly Point[]) => of.flatMap(({ figures }) => figures[figure] ?? []);
  return {
    values: values(passed.filter((point) => !isOld(point))),
    superseded: values(passed.filter(isOld)),
    accepted: accepted?.figures[figure] ?? null,
  };
}
