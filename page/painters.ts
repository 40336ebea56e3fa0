import type uPlot from 'uplot';
import type { DrillData, Stretch } from '../harness/report/html/model.js';
import type { Painter } from './chart.js';
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

/** A line at the moment of each kill, and a dashed one where the drill itself ended the hog. */
export function killPainter({ kills, phases }: DrillData, seconds: ToSeconds): Painter {
  const released = phases.find(({ name }) => name === 'release')?.from;
  return (plot, ctx) => {
    ctx.lineWidth = 1.5 * devicePixelRatio;
    ctx.strokeStyle = colour('kill');
    for (const { t } of kills) drawUpright(plot, ctx, seconds(t));
    if (released === undefined) return;
    ctx.strokeStyle = colour('dim');
    ctx.setLineDash([3 * devicePixelRatio, 3 * devicePixelRatio]);
    drawUpright(plot, ctx, seconds(released));
    ctx.setLineDash([]);
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
  // A server that is starting owes nobody an answer.
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
    ctx.font = `600 ${12 * devicePixelRatio}px system-ui, sans-serif`;
    const width = ctx.measureText(text).width;
    const [left, right] = [xOf(plot, seconds(longest.from)), xOf(plot, seconds(longest.to))];
    const middle = (Math.max(left, plot.bbox.left) + Math.min(right, plot.bbox.left + plot.bbox.width)) / 2;
    const x = Math.min(Math.max(middle - width / 2, plot.bbox.left + 4), plot.bbox.left + plot.bbox.width - width - 4);
    const y = plot.bbox.top + plot.bbox.height * 0.6;
    const inset = 4 * devicePixelRatio;
    ctx.fillStyle = colour('panel');
    ctx.fillRect(x - inset, y - 13 * devicePixelRatio, width + 2 * inset, 18 * devicePixelRatio);
    ctx.fillStyle = colour('silence');
    ctx.fillText(text, x, y);
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
    labelRight(plot, ctx, y, text, name);
  };
}

/** Names a line at its right end, above it. */
export function labelRight(plot: uPlot, ctx: CanvasRenderingContext2D, y: number, text: string, name: string): void {
  ctx.font = `600 ${12 * devicePixelRatio}px system-ui, sans-serif`;
  const inset = 4 * devicePixelRatio;
  const width = ctx.measureText(text).width;
  const x = plot.bbox.left + plot.bbox.width - width - inset;
  const above = y - inset > plot.bbox.top + 12 * devicePixelRatio ? y - inset : y + 13 * devicePixelRatio;
  ctx.fillStyle = colour(name);
  ctx.fillText(text, x, above);
}
