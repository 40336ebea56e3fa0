import uPlot from 'uplot';
import type { ChartSpec, Line, Painter } from './chart-spec.js';
import { colour } from './colours.js';
import { createElement } from './dom.js';

/** Space for the labels of the axes, equal in all charts so that their times line up. CSS pixels. */
const AXIS_WIDTH = 58;
const AXIS_HEIGHT = 24;

const FONT = '12px system-ui, sans-serif';

/** The events of a chart. Times are seconds. */
export interface ChartEvents {
  readonly onCursor: (t: number) => void;
  readonly onZoom: (from: number, to: number) => void;
  readonly onReset: () => void;
}

/** A chart on the page. */
export interface Chart {
  readonly root: HTMLElement;
  /** Shows or hides the cursor and the values there. Calls nothing back. */
  readonly point: (t: number | null) => void;
  /** Shows that span of time. */
  readonly zoom: (from: number, to: number) => void;
  /** Adapts the chart to the width of its container. */
  readonly fit: () => void;
  /** Draws the chart again after a change of colours. */
  readonly repaint: () => void;
  readonly destroy: () => void;
}

/** The span of time that a chart shows, and its size. Times are seconds. */
export interface ChartFrame {
  readonly from: number;
  readonly to: number;
  /** Width, CSS pixels. */
  readonly width: number;
  /** Whether the times are written below it. */
  readonly hasTimes: boolean;
}

/** Creates a chart; the caller puts its root on the page. */
export function createChart(spec: ChartSpec, frame: ChartFrame, events: ChartEvents): Chart {
  const { head, showValues } = createHead(spec);
  const root = createElement('div', { class: 'chart' }, head);
  const columns = [spec.x, ...spec.lines.map(({ values }) => values)] as uPlot.AlignedData;
  const plot = new uPlot(composeOptions(spec, frame, events, showValues), columns, root);
  // Works for mouse, pen and finger; a finger that moves up or down scrolls the page.
  plot.over.addEventListener('pointermove', ({ clientX }) =>
    events.onCursor(plot.posToVal(clientX - plot.over.getBoundingClientRect().left, 'x')),
  );
  return {
    root,
    point: (t) => plot.setCursor(t === null ? { left: -10, top: -10 } : { left: plot.valToPos(t, 'x'), top: 0 }),
    zoom: (min, max) => plot.batch(() => plot.setScale('x', { min, max })),
    fit: () => {
      const width = root.clientWidth;
      if (width > 0 && plot.width !== width) plot.setSize({ width, height: plot.height });
    },
    repaint: () => plot.redraw(false),
    destroy: () => plot.destroy(),
  };
}

/** Creates the title, the legend, and the values at the cursor. */
function createHead({ title, explanation, lines }: ChartSpec) {
  const values = lines.map(() => createElement('b'));
  const labels = lines.flatMap((line, index) => {
    const value = values[index];
    // A limit that is not set has no line.
    if (!value || line.values.every((known) => known === null)) return [];
    return [createElement('span', { class: 'line' }, ...createSwatch(line), `${line.label} `, value)];
  });
  const head = createElement(
    'div',
    { class: 'chart-head' },
    createElement('h3', { title: explanation }, title),
    ...labels,
  );
  const showValues = (index: number | null) => {
    for (const [position, line] of lines.entries()) {
      const value = index === null ? null : (line.values[index] ?? null);
      const text = value === null ? '' : line.format(value);
      const shown = values[position];
      if (shown && shown.textContent !== text) shown.textContent = text;
    }
  };
  return { head, showValues };
}

/** A sample of the line, for the legend. */
const createSwatch = ({ colour, look }: Line): Node[] =>
  look === 'none' ? [] : [createElement('i', { class: `swatch ${look} c-${colour}`, 'aria-hidden': 'true' })];

function composeOptions(
  spec: ChartSpec,
  { from, to, width, hasTimes }: ChartFrame,
  events: ChartEvents,
  showValues: (index: number | null) => void,
): uPlot.Options {
  const { y, band } = spec;
  const ignored = () => () => null;
  const reset = () => () => {
    events.onReset();
    return null;
  };
  return {
    width,
    height: spec.height + (hasTimes ? AXIS_HEIGHT : 0),
    padding: [4, 12, hasTimes ? 0 : 4, 0],
    legend: { show: false },
    scales: {
      x: { time: false, min: from, max: to },
      y: { range: [y.min, y.max], distr: y.log ? 3 : undefined, log: y.log ? 10 : undefined },
    },
    axes: composeAxes(spec, hasTimes),
    series: [{}, ...spec.lines.map(composeSeries)],
    bands: band ? [{ series: [band.upper + 1, band.lower + 1], fill: () => colour(band.colour) }] : undefined,
    cursor: {
      y: false,
      points: { size: 6 },
      drag: { x: true, y: false, setScale: false, dist: 5 },
      // The cursor stays where it was last, so that the log next to it can be read.
      bind: { mouseleave: ignored, dblclick: reset },
    },
    hooks: {
      drawAxes: [(plot) => paint(plot, spec.under)],
      draw: [(plot) => paint(plot, spec.over)],
      setCursor: [({ cursor }) => showValues(cursor.idx ?? null)],
      setSelect: [
        (plot) => {
          const { left, width } = plot.select;
          if (width === 0) return;
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          events.onZoom(plot.posToVal(left, 'x'), plot.posToVal(left + width, 'x'));
        },
      ],
    },
  };
}

/** The time axis below, if this chart shows it, and the axis of the values at the left. */
function composeAxes(spec: ChartSpec, hasTimes: boolean): uPlot.Axis[] {
  const axis: uPlot.Axis = {
    font: FONT,
    stroke: () => colour('dim'),
    grid: { stroke: () => colour('grid'), width: 1 },
    ticks: { show: false },
  };
  return [
    {
      ...axis,
      size: hasTimes ? AXIS_HEIGHT : 0,
      gap: 6,
      values: (_, splits) => splits.map((t) => (hasTimes ? `${Number(t.toFixed(3))} s` : '')),
    },
    {
      ...axis,
      size: AXIS_WIDTH,
      gap: 4,
      splits: [...spec.ticks],
      filter: (_, splits) => splits,
      values: (_, splits) => splits.map(spec.tickText),
    },
  ];
}

function composeSeries({ label, colour: name, look, steps }: Line): uPlot.Series {
  if (look === 'none') return { label, paths: () => null, points: { show: false } };
  return {
    label,
    stroke: () => colour(name),
    width: { thick: 2, area: 1, dashed: 1.5 }[look],
    points: { show: false },
    dash: look === 'dashed' ? [6, 4] : undefined,
    fill: look === 'area' ? () => colour(`${name}-fill`) : undefined,
    paths: steps && uPlot.paths.stepped ? uPlot.paths.stepped({ align: 1 }) : undefined,
  };
}

function paint(plot: uPlot, painters: readonly Painter[]): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  // The plot does not reset what its axes and lines have set.
  ctx.setLineDash([]);
  ctx.textAlign = 'left';
  ctx.textBaseline = 'alphabetic';
  for (const painter of painters) painter(plot, ctx);
  ctx.restore();
}
