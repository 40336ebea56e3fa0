import uPlot from 'uplot';
import { colour } from './colours.js';
import { element } from './dom.js';

/** One line of a chart. */
export interface Line {
  readonly label: string;
  /** Name of its colour. */
  readonly colour: string;
  readonly values: readonly (number | null)[];
  /** A value for people. */
  readonly format: (value: number) => string;
  readonly look?: 'line' | 'thick' | 'area' | 'dashed' | 'dots' | 'none';
  readonly steps?: true;
}

/** One chart of a time line: what is drawn, not where. Times are seconds. */
export interface ChartSpec {
  readonly title: string;
  /** What it shows, for those who do not know the files by heart. */
  readonly explanation: string;
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
  readonly under?: readonly Painter[];
  readonly over?: readonly Painter[];
}

/** Draws into a chart; the plot's area is clipped. */
export type Painter = (plot: uPlot, ctx: CanvasRenderingContext2D) => void;

/** What a chart tells of the pointer. Times are seconds. */
export interface ChartEvents {
  readonly onCursor: (t: number | null) => void;
  readonly onZoom: (from: number, to: number) => void;
  readonly onReset: () => void;
}

/** Room for the axis' letters, the same for all charts so that their times stand below each other. CSS pixels. */
export const AXIS_WIDTH = 58;

/** A chart on the page. */
export interface Chart {
  readonly root: HTMLElement;
  readonly plot: uPlot;
  /** Shows the cursor there, or takes it away, without telling anybody. */
  readonly point: (t: number | null) => void;
}

export function makeChart(
  spec: ChartSpec,
  view: { readonly from: number; readonly to: number },
  width: number,
  showsTimes: boolean,
  events: ChartEvents,
): Chart {
  const values = spec.lines.map(() => element('b'));
  const head = element(
    'div',
    { class: 'chart-head' },
    element('h3', { title: spec.explanation }, spec.title),
    ...spec.lines.flatMap((line, index) => {
      const value = values[index];
      // A limit that is none has no line.
      if (!value || line.values.every((known) => known === null)) return [];
      return [element('span', { class: 'line' }, swatch(line), `${line.label} `, value)];
    }),
  );
  const root = element('div', { class: 'chart' }, head);
  const say = (index: number | null) => {
    for (const [number, line] of spec.lines.entries()) {
      const value = index === null ? null : (line.values[index] ?? null);
      const text = value === null ? '' : line.format(value);
      const place = values[number];
      if (place && place.textContent !== text) place.textContent = text;
    }
  };
  let isPointed = false;
  const options: uPlot.Options = {
    width,
    height: spec.height + (showsTimes ? 24 : 0),
    padding: [4, 12, showsTimes ? 0 : 4, 0],
    legend: { show: false },
    scales: {
      x: { time: false, min: view.from, max: view.to },
      y: {
        range: [spec.y.min, spec.y.max],
        ...(spec.y.log ? { distr: 3 as uPlot.Scale.Distr, log: 10 as const } : {}),
      },
    },
    axes: [
      {
        size: showsTimes ? 24 : 0,
        gap: 6,
        font: FONT,
        stroke: () => colour('dim'),
        grid: { stroke: () => colour('grid'), width: 1 },
        ticks: { show: false },
        values: (_, splits) => splits.map((t) => (showsTimes ? `${Number(t.toFixed(3))} s` : '')),
      },
      {
        size: AXIS_WIDTH,
        gap: 4,
        font: FONT,
        stroke: () => colour('dim'),
        grid: { stroke: () => colour('grid'), width: 1 },
        ticks: { show: false },
        splits: [...spec.ticks],
        filter: (_, splits) => splits,
        values: (_, splits) => splits.map(spec.tickText),
      },
    ],
    series: [{}, ...spec.lines.map(seriesOf)],
    ...(spec.band
      ? {
          bands: [
            {
              series: [spec.band.upper + 1, spec.band.lower + 1] as uPlot.Band.Bounds,
              fill: () => colour(spec.band?.colour ?? 'band'),
            },
          ],
        }
      : {}),
    cursor: {
      y: false,
      points: { size: 6 },
      drag: { x: true, y: false, setScale: false, dist: 5 },
      bind: {
        dblclick: () => () => {
          events.onReset();
          return null;
        },
      },
    },
    hooks: {
      drawAxes: [(plot) => paint(plot, spec.under ?? [])],
      draw: [(plot) => paint(plot, spec.over ?? [])],
      setCursor: [
        (plot) => {
          const { idx, left } = plot.cursor;
          say(idx ?? null);
          if (!isPointed) events.onCursor(left === undefined || left < 0 ? null : plot.posToVal(left, 'x'));
        },
      ],
      setSelect: [
        (plot) => {
          const { left, width } = plot.select;
          if (width < 5) return;
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          events.onZoom(plot.posToVal(left, 'x'), plot.posToVal(left + width, 'x'));
        },
      ],
    },
  };
  const plot = new uPlot(options, [spec.x, ...spec.lines.map(({ values }) => values)] as uPlot.AlignedData, root);
  // A finger moves the cursor; the page is scrolled up and down, not the chart.
  plot.over.addEventListener('pointermove', (event) => {
    if (event.pointerType === 'touch')
      plot.setCursor({ left: event.clientX - plot.over.getBoundingClientRect().left, top: 0 });
  });
  const point = (t: number | null) => {
    isPointed = true;
    plot.setCursor(t === null ? { left: -10, top: -10 } : { left: plot.valToPos(t, 'x'), top: 0 });
    isPointed = false;
  };
  return { root, plot, point };
}

const FONT = '12px system-ui, sans-serif';

/** A piece of the line as it is drawn. */
function swatch({ colour, look = 'line' }: Line): Node {
  if (look === 'none') return document.createTextNode('');
  return element('i', { class: `swatch ${look} c-${colour}`, 'aria-hidden': 'true' });
}

function seriesOf({ label, colour: name, look = 'line', steps }: Line): uPlot.Series {
  const stroke = () => colour(name);
  const paths = steps && uPlot.paths.stepped ? { paths: uPlot.paths.stepped({ align: 1 }) } : {};
  switch (look) {
    case 'none':
      return { label, paths: () => null, points: { show: false } };
    case 'dots':
      return { label, stroke, width: 1, points: { show: false }, ...paths };
    case 'area':
      return { label, stroke, width: 1, fill: () => colour(`${name}-fill`), points: { show: false }, ...paths };
    case 'dashed':
      return { label, stroke, width: 1.5, dash: [6, 4], points: { show: false }, ...paths };
    default:
      return { label, stroke, width: look === 'thick' ? 2 : 1.25, points: { show: false }, ...paths };
  }
}

function paint(plot: uPlot, painters: readonly Painter[]): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  // The plot leaves the settings of its axes behind.
  ctx.textAlign = 'left';
  ctx.textBaseline = 'alphabetic';
  for (const painter of painters) painter(plot, ctx);
  ctx.restore();
}
