import type { DrillData, Stretch } from '../harness/report/html/model.js';
import { makeChart } from './chart.js';
import { ChartGroup } from './chart-group.js';
import { chartsOf, sceneOf } from './charts.js';
import { button, element } from './dom.js';
import { makeLog } from './log.js';

/** No closer look than this, seconds: two samples and their surroundings. */
const CLOSEST = 0.5;

/** How much of a drill is shown around a moment that was asked for, seconds. */
const AROUND = 6;

const KEYS =
  'Keys: ← → move the cursor, + and − zoom, 0 shows all, K next kill, P next phase, L longest silence. Drag over a chart to zoom, double-click for all. Hatched in grey: nothing was recorded.';

/** The time line of one drill: charts one below the other with one cursor and one zoom, the log next to them, and the means to move. */
export class Timeline {
  readonly #data: DrillData;
  readonly #charts: ChartGroup;
  readonly #log;
  readonly #slider = element('input', { type: 'range', step: 'any', class: 'scrubber' });
  readonly #where = element('output', { class: 'where' });
  readonly #end: number;
  #view: { from: number; to: number };
  #cursor: number | null = null;

  constructor(place: HTMLElement, data: DrillData) {
    this.#data = data;
    // Where the record was cut off, what is not known is shown too.
    this.#end = (data.endT / 1000) * (data.cut ? 1.04 : 1) || 1;
    this.#view = { from: 0, to: this.#end };
    this.#log = makeLog(data.log, data.name, (ms) => this.show(ms / 1000));
    const column = element('div', { class: 'charts', role: 'group', 'aria-label': `Time line of ${data.name}` });
    this.#slider.setAttribute('aria-label', `Cursor on the time line of ${data.name}`);
    this.#slider.addEventListener('input', () => this.point(Number(this.#slider.value)));
    column.append(this.#toolbar(), this.#slider);
    place.replaceChildren(column, this.#log.root);
    place.addEventListener('keydown', (event) => this.#onKey(event));
    this.#charts = new ChartGroup(column);
    const specs = chartsOf(sceneOf(data));
    for (const [index, spec] of specs.entries()) {
      const frame = { ...this.#view, width: column.clientWidth, timed: index === specs.length - 1 };
      const chart = makeChart(spec, frame, {
        onCursor: (t) => this.point(t),
        onZoom: (from, to) => this.zoom(from, to),
        onReset: () => this.zoom(0, this.#end),
      });
      column.append(chart.root);
      this.#charts.add(chart);
    }
    column.append(
      element('p', { class: 'dim keys' }, specs.length === 0 ? 'Nothing was recorded that could be drawn.' : KEYS),
    );
    this.#tell();
  }

  /** Puts the cursor there in every chart and in the log; null hides it. Seconds. */
  point(t: number | null): void {
    this.#cursor = t;
    this.#charts.point(t);
    this.#log.point(t === null ? null : t * 1000);
    this.#tell();
  }

  /** Shows that stretch, seconds. */
  zoom(from: number, to: number): void {
    const width = Math.min(Math.max(to - from, CLOSEST), this.#end);
    const left = Math.min(Math.max(0, (from + to - width) / 2), this.#end - width);
    this.#view = { from: left, to: left + width };
    this.#charts.zoom(left, left + width);
    this.point(this.#cursor);
  }

  /** Puts the cursor there, and brings the moment into view where it is not. */
  show(t: number): void {
    if (t < this.#view.from || t > this.#view.to) {
      const half = (this.#view.to - this.#view.from) / 2;
      this.zoom(t - half, t + half);
    }
    this.point(t);
  }

  /** A closer look at a moment. */
  #closeUp(t: number): void {
    this.zoom(t - AROUND / 2, t + AROUND / 2);
    this.point(t);
  }

  /** Zooms by a factor around the cursor, or the middle. */
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

  #toolbar(): HTMLElement {
    const tools = [
      button('+', 'Zoom in', () => this.#scale(1 / 2)),
      button('−', 'Zoom out', () => this.#scale(2)),
      button('◀', 'Earlier', () => this.#pan(-0.5)),
      button('▶', 'Later', () => this.#pan(0.5)),
      button('All', 'the whole drill', () => this.zoom(0, this.#end)),
    ];
    const longest = this.#longestSilence();
    if (longest)
      tools.push(button('Longest silence', 'show the longest time without an answer', () => this.#toSilence(longest)));
    for (const { t, words } of this.#data.kills)
      tools.push(button(`✕ ${(t / 1000).toFixed(1)} s`, words, () => this.#closeUp(t / 1000)));
    return element('div', { class: 'toolbar', role: 'group', 'aria-label': 'View' }, ...tools, this.#where);
  }

  /** Of the serving unit, since the baseline: a server that is starting owes no client an answer. */
  #longestSilence(): Stretch | undefined {
    const since = this.#data.phases.find(({ name }) => name === 'baseline')?.from ?? 0;
    return this.#data.answers[0]?.silences
      .filter(({ to }) => to > since)
      .toSorted((a, b) => b.to - b.from - (a.to - a.from))[0];
  }

  #toSilence({ from, to }: Stretch): void {
    const margin = Math.max(1_000, (to - from) * 0.1);
    this.zoom((from - margin) / 1000, (to + margin) / 1000);
    this.point(from / 1000);
  }

  #onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { from, to } = this.#view;
    const now = this.#cursor ?? from;
    const step = (to - from) / (event.shiftKey ? 20 : 200);
    const acts: Readonly<Record<string, () => void>> = {
      ArrowLeft: () => this.show(Math.max(0, now - step)),
      ArrowRight: () => this.show(Math.min(this.#end, now + step)),
      '+': () => this.#scale(1 / 2),
      '=': () => this.#scale(1 / 2),
      '-': () => this.#scale(2),
      0: () => this.zoom(0, this.#end),
      k: () => this.#next(this.#data.kills.map(({ t }) => t)),
      p: () => this.#next(this.#data.phases.map(({ from }) => from)),
      l: () => {
        const longest = this.#longestSilence();
        if (longest) this.#toSilence(longest);
      },
    };
    const act = acts[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }

  /** To the next of these moments behind the cursor, or the first one again. Milliseconds. */
  #next(times: readonly number[]): void {
    const now = (this.#cursor ?? -1) * 1000;
    const next = times.find((t) => t > now + 1) ?? times[0];
    if (next !== undefined) this.show(next / 1000);
  }

  /** Says where the cursor is, to eyes and to readers of screens. */
  #tell(): void {
    const { from, to } = this.#view;
    this.#slider.min = String(from);
    this.#slider.max = String(to);
    this.#slider.value = String(this.#cursor ?? from);
    const words =
      this.#cursor === null ? `${from.toFixed(1)} to ${to.toFixed(1)} s` : this.#momentInWords(this.#cursor);
    this.#where.textContent = words;
    this.#slider.setAttribute('aria-valuetext', words);
  }

  #momentInWords(t: number): string {
    const { phases } = this.#data;
    const phase = phases.findLast(({ from }) => from <= t * 1000)?.name;
    const injected = phases.find(({ name }) => name === 'injection')?.from;
    const since = injected === undefined ? -1 : t - injected / 1000;
    const words = [`${t.toFixed(2)} s`];
    if (phase !== undefined) words.push(phase);
    if (since >= 0) words.push(`${since.toFixed(2)} s since the injection`);
    return words.join(', ');
  }
}
