import { usageError } from '../core/errors.js';
import type { Outcome } from '../record/schema.js';
import { DRIFTING_FIGURES, type DriftingFigure, drilledName, type Verdict } from '../verdict/summary.js';
import type { HistoryEntry, PastBand, PastRun } from './schema.js';

/** The figures of a night that are watched for drift; absent where they are not known. */
export type Figures = Readonly<Partial<Record<DriftingFigure, number>>>;

/** The result of a drill, or of a map, on one night. */
export interface Point {
  readonly at: string;
  readonly verdict: Verdict;
  readonly outcome: Outcome | null;
  /** Release of the guest's kernel; undefined where the history does not have it. */
  readonly kernel?: string | undefined;
  readonly figures: Figures;
  /** How much of the longest gap a stall of the harness itself can explain, milliseconds. */
  readonly hostStallMs: number;
}

/**
 * The nights of one scenario or map, the oldest first. Nights with another bundle, server, kind of machine, guest or
 * scale are another series.
 */
export interface Series {
  readonly name: string;
  /**
   * Names that a user may give: the scenario, with or without the bundle that replaced its own; or the mapped bundle.
   */
  readonly calledBy: readonly string[];
  readonly points: readonly Point[];
}

const nameSeries = (what: string, { guest, machine, scale }: Pick<PastRun, 'guest' | 'machine' | 'scale'>, more = '') =>
  `${what} on ${guest} (${machine}${more}, scale 1/${scale})`;

/** The name of the series that a drill belongs to. */
export const nameSeriesOfRun = (
  run: Pick<PastRun, 'scenario' | 'bundle' | 'server' | 'guest' | 'machine' | 'accelerator' | 'scale'>,
): string => nameSeries(drilledName(run), run, ` ${run.accelerator}`);

/** The name of the series that a mapped band belongs to. */
export const nameSeriesOfBand = (band: Pick<PastBand, 'bundle' | 'guest' | 'machine' | 'scale'>): string =>
  nameSeries(`band of ${band.bundle}`, band);

/** Groups the entries of a history into series, in the order of their names. */
export function groupSeries(entries: readonly HistoryEntry[]): Series[] {
  const byName = new Map<string, Series & { points: Point[] }>();
  const add = (name: string, calledBy: readonly string[], point: Point) => {
    const series = byName.get(name);
    if (series) series.points.push(point);
    else byName.set(name, { name, calledBy: [...new Set(calledBy)], points: [point] });
  };
  for (const entry of entries) {
    if (entry.type === 'band') add(nameSeriesOfBand(entry), [entry.bundle], createBandPoint(entry));
    else if (entry.type === 'night')
      for (const run of entry.runs)
        add(nameSeriesOfRun(run), [run.scenario, drilledName(run)], createRunPoint(run, entry.at));
  }
  return [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Finds the series of these scenarios and bundles; all if no name is given. @throws OomdrillError `HISTORY_UNKNOWN` */
export function findSeries(entries: readonly HistoryEntry[], names: readonly string[]): Series[] {
  const all = groupSeries(entries);
  if (names.length === 0) return all;
  return names.flatMap((name) => {
    const found = all.filter(({ calledBy }) => calledBy.includes(name));
    if (found.length > 0) return found;
    throw usageError(
      'HISTORY_UNKNOWN',
      `The history has no scenario or bundle named "${name}".`,
      'Run `oomdrill history` to see what it has.',
    );
  });
}

/**
 * Of a control, only the width of the brim is watched: it must end badly, so that a worse figure does not count as
 * drift.
 */
export function createRunPoint({ verdict, outcome, kernel, control, ...past }: PastRun, at: string): Point {
  const hold = past.latency?.hold;
  const { longestGapMs, fullStallPercent, brimBytes } = past;
  const all: Record<DriftingFigure, number | null | undefined> = {
    longestGapMs,
    fullStallPercent,
    holdP50Ms: hold?.p50Ms,
    holdP90Ms: hold?.p90Ms,
    holdP99Ms: hold?.p99Ms,
    brimBytes,
  };
  const watched = DRIFTING_FIGURES.filter((figure) => all[figure] != null && (!control || figure === 'brimBytes'));
  const figures = Object.fromEntries(watched.map((figure) => [figure, all[figure]]));
  return { at, verdict, outcome, kernel, figures, hostStallMs: past.hostStallMs ?? 0 };
}

/** A band that was not found has no width to compare. */
export function createBandPoint({ at, brimBytes }: PastBand): Point {
  return { at, verdict: 'pass', outcome: null, figures: brimBytes === null ? {} : { brimBytes }, hostStallMs: 0 };
}

/** The edges that the last map of such a bundle found; undefined where there was none, or one that does not tell them. */
export function findKnownEdges(
  entries: readonly HistoryEntry[],
  band: Parameters<typeof nameSeriesOfBand>[0],
): PastBand['edges'] {
  const name = nameSeriesOfBand(band);
  const bands = entries.filter((entry) => entry.type === 'band');
  return bands.findLast((past) => past.edges !== undefined && nameSeriesOfBand(past) === name)?.edges;
}
