import type uPlot from 'uplot';

/** One line of a chart. */
export interface Line {
  readonly label: string;
  /** Name of its colour. */
  readonly colour: string;
  readonly values: readonly (number | null)[];
  /** A value for people. */
  readonly format: (value: number) => string;
  /** `none` is shown at the cursor and drawn by a painter, if at all. */
  readonly look: 'thick' | 'area' | 'dashed' | 'none';
  /** It holds its value until the next one. */
  readonly steps?: true;
}

/** One chart of a time line: what is drawn, not where. Times are seconds. */
export interface ChartSpec {
  readonly title: string;
  /** What it shows, for those who do not know the files by heart. */
  readonly explanation: string;
  /** Of the plot, CSS pixels. */
  readonly height: number;
  readonly x: readonly number[];
  readonly lines: readonly Line[];
  readonly y: { readonly min: number; readonly max: number; readonly log?: true };
  /** Where the axis is marked, and how. */
  readonly ticks: readonly number[];
  readonly tickText: (value: number) => string;
  /** The area between two lines, by their places. */
  readonly band?: { readonly upper: number; readonly lower: number; readonly colour: string };
  /** Drawn below the lines, and above them. */
  readonly under: readonly Painter[];
  readonly over: readonly Painter[];
}

/** Draws into a chart, and is kept within the plot. */
export type Painter = (plot: uPlot, ctx: CanvasRenderingContext2D) => void;
