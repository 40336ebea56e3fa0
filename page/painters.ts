import type uPlot from 'uplot';
import type { DrillData, Stretch } from '../harness/report/html/model.js';
import type { Painter } from './chart-spec.js';
import { colour, createHatching } from './colours.js';

/** The horizontal position of a time in seconds, canvas pixels. */
const computeX = (plot: uPlot, t: number): number => plot.valToPos(t, 'x', true);

/** Converts milliseconds of a record to seconds of a time line, whose zero may be at another time. */
export type ToSeconds = (ms: number) => number;

function fillStretch(plot: uPlot, ctx: CanvasRenderingContext2D, from: number, to: number): void {
  const left = computeX(plot, from);
  // A span that is shorter than a pixel is still visible.
  ctx.fillRect(left, plot.bbox.top, Math.max(devicePixelRatio, computeX(plot, to) - left), plot.bbox.height);
}

function drawVerticalLine(plot: uPlot, ctx: CanvasRenderingContext2D, t: number): void {
  const x = Math.round(computeX(plot, t)) + 0.5;
  ctx.beginPath();
  ctx.moveTo(x, plot.bbox.top);
  ctx.lineTo(x, plot.bbox.top + plot.bbox.height);
  ctx.stroke();
}

/** Paints the phases in shades, with a line at the start of each, and their names where they fit. */
export function createPhasePainter({ phases }: DrillData, seconds: ToSeconds, named: boolean): Painter {
  return (plot, ctx) => {
    for (const { name, from, to } of phases) {
      ctx.fillStyle = colour(`phase-${name}`);
      fillStretch(plot, ctx, seconds(from), seconds(to));
      ctx.strokeStyle = colour('grid');
      ctx.lineWidth = devicePixelRatio;
      drawVerticalLine(plot, ctx, seconds(from));
      if (!named) continue;
      ctx.font = `${12 * devicePixelRatio}px system-ui, sans-serif`;
      ctx.fillStyle = colour('dim');
      const left = Math.max(plot.bbox.left, computeX(plot, seconds(from)));
      const right = Math.min(plot.bbox.left + plot.bbox.width, computeX(plot, seconds(to)));
      const inset = 4 * devicePixelRatio;
      if (right - left > ctx.measureText(name).width + 2 * inset)
        ctx.fillText(name, left + inset, plot.bbox.top + 13 * devicePixelRatio);
    }
  };
}

/**
 * Hatches the times that were not recorded: missing samples, and the time after the end of a record that was cut off.
 */
export function createGapPainter(stretches: readonly Stretch[], seconds: ToSeconds): Painter {
  return (plot, ctx) => {
    ctx.fillStyle = createHatching(ctx, 'gap');
    for (const { from, to } of stretches) fillStretch(plot, ctx, seconds(from), seconds(to));
  };
}

/** Paints a line at each kill, with its text where it fits, and a dashed line where the drill itself ended the hog. */
export function createKillPainter({ kills, phases }: DrillData, seconds: ToSeconds, named: boolean): Painter {
  const released = phases.find(({ name }) => name === 'release')?.from;
  return (plot, ctx) => {
    ctx.lineWidth = 1.5 * devicePixelRatio;
    ctx.strokeStyle = colour('dim');
    if (released !== undefined) {
      ctx.setLineDash([3 * devicePixelRatio, 3 * devicePixelRatio]);
      drawVerticalLine(plot, ctx, seconds(released));
      ctx.setLineDash([]);
    }
    let free = Number.NEGATIVE_INFINITY;
    for (const { t, words } of kills) {
      const x = computeX(plot, seconds(t));
      ctx.strokeStyle = colour('kill');
      drawVerticalLine(plot, ctx, seconds(t));
      if (named && x > free)
        free = drawLabel(plot, ctx, { text: `✕ ${words}`, x: x + 6 * devicePixelRatio, line: 3, name: 'kill' });
    }
  };
}

/** Paints a tick in a row of a chart at each time; ticks on the same pixel are drawn once. */
export function createTickPainter(times: readonly number[], row: readonly [number, number], name: string): Painter {
  return (plot, ctx) => {
    const top = plot.valToPos(row[1], 'y', true);
    const height = plot.valToPos(row[0], 'y', true) - top;
    const width = Math.max(1, Math.round(1.5 * devicePixelRatio));
    ctx.fillStyle = colour(name);
    let last = Number.NaN;
    for (const t of times) {
      const x = Math.round(computeX(plot, t));
      if (x !== last) ctx.fillRect(x, top, width, height);
      last = x;
    }
  };
}

/**
 * Paints each silence as a client sees it: the time since the last answer, which rises until the next one, and hatching
 * from the time at which clients give up. The longest one has a label.
 */
export function createSilencePainter(
  silences: readonly Stretch[],
  { windowMs, phases }: DrillData,
  lowest: number,
  seconds: ToSeconds,
): Painter {
  // Silences before the baseline do not count: the server is still starting.
  const since = phases.find(({ name }) => name === 'baseline')?.from ?? 0;
  const longest = silences
    .filter(({ to }) => to > since)
    .reduce<Stretch | undefined>(
      (longest, silence) => (longest && longest.to - longest.from >= silence.to - silence.from ? longest : silence),
      undefined,
    );
  return (plot, ctx) => {
    const lost = createHatching(ctx, 'silence');
    for (const { from, to } of silences) {
      const [left, right] = [computeX(plot, seconds(from)), computeX(plot, seconds(to))];
      if (right < plot.bbox.left || left > plot.bbox.left + plot.bbox.width) continue;
      ctx.fillStyle = colour('silence-fill');
      fillStretch(plot, ctx, seconds(from), seconds(to));
      if (to - from > windowMs) {
        ctx.fillStyle = lost;
        fillStretch(plot, ctx, seconds(from + windowMs), seconds(to));
      }
      drawRise(plot, ctx, { from, to, lowest, name: 'silence' }, seconds);
    }
    if (!longest) return;
    const text = `${((longest.to - longest.from) / 1000).toFixed(1)} s without an answer`;
    drawLabel(plot, ctx, {
      text,
      x: computeX(plot, seconds(longest.from)) + 6 * devicePixelRatio,
      line: 5,
      name: 'silence',
    });
  };
}

/** Paints the time since the last answer as a line for each silence, without more: what the control group has in common is seen by it. */
export function createRisePainter(
  silences: readonly Stretch[],
  name: string,
  lowest: number,
  seconds: ToSeconds,
): Painter {
  return (plot, ctx) => {
    for (const { from, to } of silences) drawRise(plot, ctx, { from, to, lowest, name }, seconds);
  };
}

/** Draws the time that has passed since the start of a stretch, up to its end, on the logarithmic scale of a chart. */
function drawRise(
  plot: uPlot,
  ctx: CanvasRenderingContext2D,
  { from, to, lowest, name }: Stretch & { readonly lowest: number; readonly name: string },
  seconds: ToSeconds,
): void {
  const bottom = plot.bbox.top + plot.bbox.height;
  ctx.beginPath();
  ctx.moveTo(computeX(plot, seconds(from)), bottom);
  for (let step = 1; step <= 48; step++) {
    const passed = (to - from) * (step / 48) ** 3;
    ctx.lineTo(computeX(plot, seconds(from + passed)), plot.valToPos(Math.max(lowest, passed / 1000), 'y', true));
  }
  ctx.lineTo(computeX(plot, seconds(to)), bottom);
  ctx.strokeStyle = colour(name);
  ctx.lineWidth = 1.5 * devicePixelRatio;
  ctx.stroke();
}

/** Paints a constant level, with its label at the right. */
export function createLevelPainter(value: number, text: string, name: string): Painter {
  return (plot, ctx) => {
    const y = Math.round(plot.valToPos(value, 'y', true)) + 0.5;
    ctx.strokeStyle = colour(name);
    ctx.lineWidth = 1.5 * devicePixelRatio;
    ctx.setLineDash([6 * devicePixelRatio, 4 * devicePixelRatio]);
    ctx.beginPath();
    ctx.moveTo(plot.bbox.left, y);
    ctx.lineTo(plot.bbox.left + plot.bbox.width, y);
    ctx.stroke();
    ctx.setLineDash([]);
    drawLevelLabel(plot, ctx, value, text, name);
  };
}

/** Draws the label of a level at the right end of its line, above it. */
export function drawLevelLabel(
  plot: uPlot,
  ctx: CanvasRenderingContext2D,
  value: number,
  text: string,
  name: string,
): void {
  const line = (plot.valToPos(value, 'y', true) - plot.bbox.top) / (LINE_HEIGHT * devicePixelRatio);
  drawLabel(plot, ctx, { text, x: Number.POSITIVE_INFINITY, line: line < 1 ? line + 1 : line, name });
}

const LINE_HEIGHT = 17;

interface Label {
  readonly text: string;
  /** Its left end, canvas pixels; it is moved so that all of it is visible. */
  readonly x: number;
  /** The position of its lower edge, in lines from the top. */
  readonly line: number;
  /** The name of its colour. */
  readonly name: string;
}

/** Draws text on a background of its own, so that it stays readable. @returns its right end, canvas pixels */
function drawLabel(plot: uPlot, ctx: CanvasRenderingContext2D, { text, x, line, name }: Label): number {
  ctx.font = `600 ${12 * devicePixelRatio}px system-ui, sans-serif`;
  const inset = 4 * devicePixelRatio;
  const width = ctx.measureText(text).width + 2 * inset;
  const height = LINE_HEIGHT * devicePixelRatio;
  const { left: plotLeft, width: plotWidth, top } = plot.bbox;
  const left = Math.max(plotLeft, Math.min(x, plotLeft + plotWidth - width));
  const bottom = top + line * height;
  ctx.fillStyle = colour('ground');
  ctx.fillRect(left, bottom - height, width, height);
  ctx.fillStyle = colour(name);
  ctx.fillText(text, left + inset, bottom - inset);
  return left + width;
}
