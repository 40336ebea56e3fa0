import { usageError } from '../core/errors.js';
import type { Outcome } from '../record/schema.js';
import { DRIFTING_FIGURES, type DriftingFigure, drilledName, type Verdict } from '../verdict/summary.js';
import type { HistoryEntry, PastBand, PastRun } from './schema.js';

/** The figures of a night whose drift is watched; absent where they are not known. */
export type Figures = Readonly<Partial<Record<DriftingFigure, number>>>;

/** What came out of a drill, or of a map, on one night. */
export interface Point {
  readonly at: string;
  readonly verdict: Verdict;
  readonly outcome: Outcome | null;
  readonly figures: Figures;
  /** As much of the longest gap the host's own stall explains, milliseconds. */
  readonly hostStallMs: number;
}

/** The nights of one thing, the oldest first. Nights of another bundle or server, kind of machine, guest or scale are another thing. */
export interface Series {
  readonly name: string;
  /** What a user may call it: the scenario with or without what stood in for its own bundle; the mapped bundle. */
  readonly calledBy: readonly string[];
  readonly points: readonly Point[];
}

const seriesName = (what: string, { guest, machine, scale }: Pick<PastRun, 'guest' | 'machine' | 'scale'>, more = '') =>
  `${what} on ${guest} (${machine}${more}, scale 1/${scale})`;

/** The series that a drill belongs to. */
export const seriesOfRun = (
  run: Pick<PastRun, 'scenario' | 'bundle' | 'server' | 'guest' | 'machine' | 'accelerator' | 'scale'>,
): string => seriesName(drilledName(run), run, ` ${run.accelerator}`);

/** The series that a mapped band belongs to. */
export const seriesOfBand = (band: Pick<PastBand, 'bundle' | 'guest' | 'machine' | 'scale'>): string =>
  seriesName(`band of ${band.bundle}`, band);

/** All series of a history, in the order of their names. */
export function allSeries(entries: readonly HistoryEntry[]): Series[] {
  const byName = new Map<string, Series & { points: Point[] }>();
  const add = (name: string, calledBy: readonly string[], point: Point) => {
    const series = byName.get(name);
    if (series) series.points.push(point);
    else byName.set(name, { name, calledBy: [...new Set(calledBy)], points: [point] });
  };
  for (const entry of entries) {
    if (entry.type === 'band') add(seriesOfBand(entry), [entry.bundle], pointOfBand(entry));
    else if (entry.type === 'night')
      for (const run of entry.runs) add(seriesOfRun(run), [run.scenario, drilledName(run)], pointOfRun(run, entry.at));
  }
  return [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The series of these scenarios and bundles; all of them where none is named. @throws OomdrillError `HISTORY_UNKNOWN` */
export function seriesNamed(entries: readonly HistoryEntry[], words: readonly string[]): Series[] {
  const all = allSeries(entries);
  if (words.length === 0) return all;
  return words.flatMap((word) => {
    const found = all.filter(({ calledBy }) => calledBy.includes(word));
    if (found.length > 0) return found;
    throw usageError(
      'HISTORY_UNKNOWN',
      `The history has no night of "${word}".`,
      'oomdrill history shows what it has.',
    );
  });
}

/** A control must come out bad: that it does so more or less is no drift. The width of its brim is watched all the same. */
export function pointOfRun({ verdict, outcome, control, ...past }: PastRun, at: string): Point {
  const watched = DRIFTING_FIGURES.filter((figure) => past[figure] !== null && (!control || figure === 'brimBytes'));
  const figures = Object.fromEntries(watched.map((figure) => [figure, past[figure]]));
  return { at, verdict, outcome, figures, hostStallMs: past.hostStallMs ?? 0 };
}

/** A band that was not found has no width that could be compared. */
export function pointOfBand({ at, brimBytes }: PastBand): Point {
  return { at, verdict: 'pass', outcome: null, figures: brimBytes === null ? {} : { brimBytes }, hostStallMs: 0 };
}
