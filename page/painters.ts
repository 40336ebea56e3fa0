import type uPlot from 'uplot';
import type { DrillData, Stretch } from '../harness/report/html/model.js';
import type { Painter } from './chart-spec.js';
import { colour, hatch } from './colours.js';

/** Canvas pixels of a time in seconds. */
const xOf = (plot: uPlot, t: number): number => plot.valToPos(t, 'x', true);

/** Milliseconds of a record as seconds of a time line, whose zero may be another moment. */
export type ToSeconds = (ms: number) => number;

function fillStretch(plot: uPlot, ctx: CanvasRenderingContext2D, from: number, to: number): void {
  const left = xOf(plot, from);
  // One that is shorter than a pixel shows all the same.
  ctx.fillRect(left, plot.bbox.top, Math.max(devicePixelRatio, xOf(plot, to) - left), plot.bbox.height);
}

function drawUpright(plot: uPlot, ctx: CanvasRenderingContext2D, t: number): void {
  const x = Math.round(xOf(plot, t)) + 0.5;
  ctx.beginPath();
  ctx.moveTo(x, plot.bbox.top);
  ctx.lineTo(x, plot.bbox.top + plot.bbox.height);
  ctx.stroke();
}

/** The phases in shades, a line at the start of each, and their names where there is room for them. */
export function phasePainter({ phases }: DrillData, seconds: ToSeconds, named: boolean): Painter {
  return (plot, ctx) => {
    for (const { name, from, to } of phases) {
      ctx.fillStyle = colour(`phase-${name}`);
      fillStretch(plot, ctx, seconds(from), seconds(to));
      ctx.strokeStyle = colour('grid');
      ctx.lineWidth = devicePixelRatio;
      drawUpright(plot, ctx, seconds(from));
      if (!named) continue;
      ctx.font = `${12 * devicePixelRatio}px system-ui, sans-serif`;
      ctx.fillStyle = colour('dim');
      const left = Math.max(plot.bbox.left, xOf(plot, seconds(from)));
      const right = Math.min(plot.bbox.left + plot.bbox.width, xOf(plot, seconds(to)));
      const inset = 4 * devicePixelRatio;
      if (right - left > ctx.measureText(name).width + 2 * inset)
        ctx.fillText(name, left + inset, plot.bbox.top + 13 * devicePixelRatio);
    }
  };
}

/** Where nothing is known: samples that are missing, and what came behind the end of a record that was cut off. */
export function gapPainter(stretches: readonly Stretch[], seconds: ToSeconds): Painter {
  return (plot, ctx) => {
    ctx.fillStyle = hatch(ctx, 'gap');
    for (const { from, to } of stretches) fillStretch(plot, ctx, seconds(from), seconds(to));
  };
}

/** A line at the moment of each kill, with the word of it where there is room, and a dashed one where the drill itself ended the hog. */
export function killPainter({ kills, phases }: DrillData, seconds: ToSeconds, named: boolean): Painter {
  const released = phases.find(({ name }) => name === 'release')?.from;
  return (plot, ctx) => {
    ctx.lineWidth = 1.5 * devicePixelRatio;
    ctx.strokeStyle = colour('dim');
    if (released !== undefined) {
      ctx.setLineDash([3 * devicePixelRatio, 3 * devicePixelRatio]);
      drawUpright(plot, ctx, seconds(released));
      ctx.setLineDash([]);
    }
    let free = Number.NEGATIVE_INFINITY;
    for (const { t, words } of kills) {
      const x = xOf(plot, seconds(t));
      ctx.strokeStyle = colour('kill');
      drawUpright(plot, ctx, seconds(t));
      if (named && x > free)
        free = label(plot, ctx, { text: `✕ ${words}`, x: x + 6 * devicePixelRatio, line: 3, name: 'kill' });
    }
  };
}

/** Ticks in a row of a chart at each time; those that fall on one pixel are drawn once. */
export function tickPainter(times: readonly number[], row: readonly [number, number], name: string): Painter {
  return (plot, ctx) => {
    const top = plot.valToPos(row[1], 'y', true);
    const height = plot.valToPos(row[0], 'y', true) - top;
    const width = Math.max(1, Math.round(1.5 * devicePixelRatio));
    ctx.fillStyle = colour(name);
    let last = Number.NaN;
    for (const t of times) {
      const x = Math.round(xOf(plot, t));
      if (x !== last) ctx.fillRect(x, top, width, height);
      last = x;
    }
  };
}

/**
 * Every silence as what it was to a client: the time since the last answer, which climbs until the next one; hatched from where the
 * clients have given up. The longest one is named.
 */
export function silencePainter(
  silences: readonly Stretch[],
  { windowMs, phases }: DrillData,
  lowest: number,
  seconds: ToSeconds,
): Painter {
  // A server that is starting owes no client an answer.
  const since = phases.find(({ name }) => name === 'baseline')?.from ?? 0;
  const longest = silences
    .filter(({ to }) => to > since)
    .reduce<Stretch | undefined>(
      (most, silence) => (most && most.to - most.from >= silence.to - silence.from ? most : silence),
      undefined,
    );
  return (plot, ctx) => {
    const bottom = plot.bbox.top + plot.bbox.height;
    const lost = hatch(ctx, 'silence');
    for (const { from, to } of silences) {
      const [left, right] = [xOf(plot, seconds(from)), xOf(plot, seconds(to))];
      if (right < plot.bbox.left || left > plot.bbox.left + plot.bbox.width) continue;
      ctx.fillStyle = colour('silence-fill');
      fillStretch(plot, ctx, seconds(from), seconds(to));
      if (to - from > windowMs) {
        ctx.fillStyle = lost;
        fillStretch(plot, ctx, seconds(from + windowMs), seconds(to));
      }
      ctx.beginPath();
      ctx.moveTo(left, bottom);
      for (let step = 1; step <= 48; step++) {
        const passed = (to - from) * (step / 48) ** 3;
        ctx.lineTo(xOf(plot, seconds(from + passed)), plot.valToPos(Math.max(lowest, passed / 1000), 'y', true));
      }
      ctx.lineTo(right, bottom);
      ctx.strokeStyle = colour('silence');
      ctx.lineWidth = 1.5 * devicePixelRatio;
      ctx.stroke();
    }
    if (!longest) return;
    const text = `${((longest.to - longest.from) / 1000).toFixed(1)} s without an answer`;
    label(plot, ctx, { text, x: xOf(plot, seconds(longest.from)) + 6 * devicePixelRatio, line: 5, name: 'silence' });
  };
}

/** A level that does not move, and its name at the right. */
export function levelPainter(value: number, text: string, name: string): Painter {
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
    levelLabel(plot, ctx, value, text, name);
  };
}

/** Names a level at the right end of its line, above it. */
export function levelLabel(
  plot: uPlot,
  ctx: CanvasRenderingContext2D,
  value: number,
  text: string,
  name: string,
): void {
  const line = (plot.valToPos(value, 'y', true) - plot.bbox.top) / (LINE_HEIGHT * devicePixelRatio);
  label(plot, ctx, { text, x: Number.POSITIVE_INFINITY, line: line < 1 ? line + 1 : line, name });
}

const LINE_HEIGHT = 17;

interface Label {
  readonly text: string;
  /** Canvas pixels of its left end; it is moved to where all of it is seen. */
  readonly x: number;
  /** How many lines down its lower edge is. */
  readonly line: number;
  /** Of its colour. */
  readonly name: string;
}

/** Letters on a ground of their own, so that what is below does not make them hard to read. Gives their right end, canvas pixels. */
function label(plot: uPlot, ctx: CanvasRenderingContext2D, { text, x, line, name }: Label): number {
  ctx.font = `600 ${12 * devicePixelRatio}px system-ui, sans-serif`;
  const inset = 4 * devicePixelRatio;
  const width = ctx.measureText(text).width + 2 * inset;
  const height = LINE_HEIGHT * devicePixelRatio;
  const { left: first, width: room, top } = plot.bbox;
  const left = Math.max(first, Math.min(x, first + room - width));
  const bottom = top + line * height;
  ctx.fillStyle = colour('ground');
  ctx.fillRect(left, bottom - height, width, height);
  ctx.fillStyle = colour(name);
  ctx.fillText(text, left + inset, bottom - inset);
  return left + width;
}
