import { DRIFTING_FIGURES, type Drift, type DriftingFigure, type RunSummary } from '../verdict/summary.js';
import type { Baseline } from './baseline.js';
import { type Past, surpasses } from './drift.js';
import { pastRun } from './night.js';
import type { HistoryEntry } from './schema.js';
import { allSeries, type Figures, type Point, pointOfRun, type Series, seriesOfRun } from './series.js';

/** Below these nothing is told apart: a request of the prober, a stall that nobody feels, the usual precision of a map. */
const FLOORS: Readonly<Record<DriftingFigure, number>> = {
  longestGapMs: 200,
  fullStallPercent: 5,
  brimBytes: 8 * 1024 ** 2,
};

/** The run, with what drifts where something does. Only of a drill that passed can it be said. */
export function withDrifts(run: RunSummary, entries: readonly HistoryEntry[], baseline: Baseline): RunSummary {
  const past = pastRun(run);
  const drifts =
    run.verdict === 'pass' ? driftsOf(seriesOfRun(past), pointOfRun(past, '').figures, entries, baseline) : [];
  return drifts.length === 0 ? run : { ...run, drifts };
}

/** What of tonight's figures is clearly worse than that series was. */
export function driftsOf(
  name: string,
  tonight: Figures,
  entries: readonly HistoryEntry[],
  baseline: Baseline,
): Drift[] {
  const series = allSeries(entries).find((series) => series.name === name);
  return compare(tonight, series?.points ?? [], baseline.accepted[name]);
}

/** What of its last night was clearly worse than that series was before. */
export function lastDrifts({ name, points }: Series, baseline: Baseline): Drift[] {
  const last = points.at(-1);
  return last?.verdict === 'pass' ? compare(last.figures, points.slice(0, -1), baseline.accepted[name]) : [];
}

type Accepted = Baseline['accepted'][string] | undefined;

function compare(tonight: Figures, points: readonly Point[], accepted: Accepted): Drift[] {
  return DRIFTING_FIGURES.flatMap((figure) => {
    const value = tonight[figure];
    if (value === undefined) return [];
    const usual = surpasses(value, pastOf(figure, points, accepted), FLOORS[figure]);
    return usual === null ? [] : [{ figure, value, usual }];
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
