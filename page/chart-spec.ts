import type uPlot from 'uplot';

/** One line of a chart. */
export interface Line {
  readonly label: string;
  /** The name of its colour. */
  readonly colour: string;
  readonly values: readonly (number | null)[];
  /** Formats a value for people. */
  readonly format: (value: number) => string;
  /** `none` is shown at the cursor and drawn by a painter, if at all. */
  readonly look: 'thick' | 'area' | 'dashed' | 'none';
  /** The line is drawn as steps: a value holds until the next one. */
  readonly steps?: true;
}

/** One chart of a time line: what is drawn, without its place on the page. Times are seconds. */
export interface ChartSpec {
  readonly title: string;
  /** What it shows, for people who do not know the kernel's files by heart. */
  readonly explanation: string;
  /** Height of the plot, CSS pixels. */
  readonly height: number;
  readonly x: readonly number[];
  readonly lines: readonly Line[];
  readonly y: { readonly min: number; readonly max: number; readonly log?: true };
  /** The values that the axis is marked at, and their labels. */
  readonly ticks: readonly number[];
  readonly tickText: (value: number) => string;
  /** The shaded area between two lines, given by their indices. */
  readonly band?: { readonly upper: number; readonly lower: number; readonly colour: string };
  /** What is drawn below the lines, and above them. */
  readonly under: readonly Painter[];
  readonly over: readonly Painter[];
}

/** Draws into a chart; what it draws outside of the plot is cut off. */
export type Painter = (plot: uPlot, ctx: CanvasRenderingContext2D) => void;
