import type { DrillData, Stretch } from '../harness/report/html/model.js';
import { createChart } from './chart.js';
import { ChartGroup } from './chart-group.js';
import { createScene, specifyCharts } from './charts.js';
import { createButton, createElement } from './dom.js';
import { createLog } from './log.js';

/** The shortest span of time that can be shown, seconds: a few samples. */
const MIN_VIEW_S = 0.5;

/** The span of time that is shown around a chosen kill, seconds. */
const CLOSE_UP_S = 6;

const KEYS =
  'Keys: ← → move the cursor, + and − zoom, 0 shows all, K next kill, P next phase, L longest silence. Drag over a chart to zoom, double-click to show all. Hatched in grey: nothing was recorded.';

/** The time line of one drill: charts with one cursor and one zoom, the log next to them, and buttons to move. */
export class Timeline {
  readonly #data: DrillData;
  readonly #charts: ChartGroup;
  readonly #log;
  readonly #slider = createElement('input', { type: 'range', step: 'any', class: 'scrubber' });
  readonly #where = createElement('output', { class: 'where' });
  readonly #end: number;
  #view: { from: number; to: number };
  #cursor: number | null = null;

  constructor(place: HTMLElement, data: DrillData) {
    this.#data = data;
    // If the record was cut off, some of the time that is not known is shown too.
    this.#end = (data.endT / 1000) * (data.cut ? 1.04 : 1) || 1;
    this.#view = { from: 0, to: this.#end };
    this.#log = createLog(data.log, data.name, (ms) => this.show(ms / 1000));
    const column = createElement('div', { class: 'charts', role: 'group', 'aria-label': `Time line of ${data.name}` });
    this.#slider.setAttribute('aria-label', `Cursor on the time line of ${data.name}`);
    this.#slider.addEventListener('input', () => this.point(Number(this.#slider.value)));
    column.append(this.#createToolbar(), this.#slider);
    place.replaceChildren(column, this.#log.root);
    place.addEventListener('keydown', (event) => this.#onKey(event));
    this.#charts = new ChartGroup(column);
    const specs = specifyCharts(createScene(data));
    for (const [index, spec] of specs.entries()) {
      const frame = { ...this.#view, width: column.clientWidth, hasTimes: index === specs.length - 1 };
      const chart = createChart(spec, frame, {
        onCursor: (t) => this.point(t),
        onZoom: (from, to) => this.zoom(from, to),
        onReset: () => this.zoom(0, this.#end),
      });
      column.append(chart.root);
      this.#charts.add(chart);
    }
    column.append(
      createElement('p', { class: 'dim keys' }, specs.length === 0 ? 'The record has nothing to draw.' : KEYS),
    );
    this.#showPosition();
  }

  /** Puts the cursor at a time in every chart and in the log; null hides it. Seconds. */
  point(t: number | null): void {
    this.#cursor = t;
    this.#charts.point(t);
    this.#log.point(t === null ? null : t * 1000);
    this.#showPosition();
  }

  /** Shows that span of time, seconds. */
  zoom(from: number, to: number): void {
    const width = Math.min(Math.max(to - from, MIN_VIEW_S), this.#end);
    const left = Math.min(Math.max(0, (from + to - width) / 2), this.#end - width);
    this.#view = { from: left, to: left + width };
    this.#charts.zoom(left, left + width);
    this.point(this.#cursor);
  }

  /** Puts the cursor at a time, and moves the view there if necessary. Seconds. */
  show(t: number): void {
    if (t < this.#view.from || t > this.#view.to) {
      const half = (this.#view.to - this.#view.from) / 2;
      this.zoom(t - half, t + half);
    }
    this.point(t);
  }

  /** Zooms in on a time, seconds. */
  #closeUp(t: number): void {
    this.zoom(t - CLOSE_UP_S / 2, t + CLOSE_UP_S / 2);
    this.point(t);
  }

  /** Zooms by a factor around the cursor, or around the middle. */
  #scale(factor: number): void {
    const { from, to } = this.#view;
    const around = this.#cursor ?? (from + to) / 2;
    this.zoom(around - (around - from) * factor, around + (to - around) * factor);
  }

  #pan(share: number): void {
    const { from, to } = this.#view;
    const by = (to - from) * share;
    this.zoom(from + by, to + by);
  }

  #createToolbar(): HTMLElement {
    const tools = [
      createButton('+', 'Zoom in', () => this.#scale(1 / 2)),
      createButton('−', 'Zoom out', () => this.#scale(2)),
      createButton('◀', 'Earlier', () => this.#pan(-0.5)),
      createButton('▶', 'Later', () => this.#pan(0.5)),
      createButton('All', 'the whole drill', () => this.zoom(0, this.#end)),
    ];
    const longest = this.#findLongestSilence();
    if (longest)
      tools.push(
        createButton('Longest silence', 'show the longest time without an answer', () => this.#showSilence(longest)),
      );
    for (const { t, words } of this.#data.kills)
      tools.push(createButton(`✕ ${(t / 1000).toFixed(1)} s`, words, () => this.#closeUp(t / 1000)));
    return createElement('div', { class: 'toolbar', role: 'group', 'aria-label': 'View' }, ...tools, this.#where);
  }

  /** Finds the longest silence of the serving unit since the baseline: before that, the server is still starting. */
  #findLongestSilence(): Stretch | undefined {
    const since = this.#data.phases.find(({ name }) => name === 'baseline')?.from ?? 0;
    return this.#data.answers[0]?.silences
      .filter(({ to }) => to > since)
      .toSorted((a, b) => b.to - b.from - (a.to - a.from))[0];
  }

  #showSilence({ from, to }: Stretch): void {
    const margin = Math.max(1_000, (to - from) * 0.1);
    this.zoom((from - margin) / 1000, (to + margin) / 1000);
    this.point(from / 1000);
  }

  #onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { from, to } = this.#view;
    const now = this.#cursor ?? from;
    const step = (to - from) / (event.shiftKey ? 20 : 200);
    const actions: Readonly<Record<string, () => void>> = {
      ArrowLeft: () => this.show(Math.max(0, now - step)),
      ArrowRight: () => this.show(Math.min(this.#end, now + step)),
      '+': () => this.#scale(1 / 2),
      '=': () => this.#scale(1 / 2),
      '-': () => this.#scale(2),
      0: () => this.zoom(0, this.#end),
      k: () => this.#showNext(this.#data.kills.map(({ t }) => t)),
      p: () => this.#showNext(this.#data.phases.map(({ from }) => from)),
      l: () => {
        const longest = this.#findLongestSilence();
        if (longest) this.#showSilence(longest);
      },
    };
    const action = actions[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!action) return;
    event.preventDefault();
    action();
  }

  /** Shows the next of these times after the cursor, or the first one again. Milliseconds. */
  #showNext(times: readonly number[]): void {
    const now = (this.#cursor ?? -1) * 1000;
    const next = times.find((t) => t > now + 1) ?? times[0];
    if (next !== undefined) this.show(next / 1000);
  }

  /** Shows where the cursor is, on the page and to screen readers. */
  #showPosition(): void {
    const { from, to } = this.#view;
    this.#slider.min = String(from);
    this.#slider.max = String(to);
    this.#slider.value = String(this.#cursor ?? from);
    const position =
      this.#cursor === null ? `${from.toFixed(1)} to ${to.toFixed(1)} s` : this.#describeTime(this.#cursor);
    this.#where.textContent = position;
    this.#slider.setAttribute('aria-valuetext', position);
  }

  #describeTime(t: number): string {
    const { phases } = this.#data;
    const phase = phases.findLast(({ from }) => from <= t * 1000)?.name;
    const injected = phases.find(({ name }) => name === 'injection')?.from;
    const since = injected === undefined ? -1 : t - injected / 1000;
    const parts = [`${t.toFixed(2)} s`];
    if (phase !== undefined) parts.push(phase);
    if (since >= 0) parts.push(`${since.toFixed(2)} s since the injection`);
    return parts.join(', ');
  }
}
