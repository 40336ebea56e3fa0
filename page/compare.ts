import type { DrillData } from '../harness/report/html/model.js';
import { type Chart, makeChart } from './chart.js';
import { answerChart, answerTop, memoryChart, memoryTop, sceneOf } from './charts.js';
import { element } from './dom.js';
import { drillOf } from './unpack.js';

/** Before the injection, seconds: enough to see that the server was well. */
const BEFORE = 5;

/** Two drills beside each other on the same axes, with one cursor; which two is chosen above them. */
export class Comparison {
  readonly #section: HTMLElement;
  readonly #sides: HTMLElement;
  #charts: Chart[] = [];

  constructor(section: HTMLElement) {
    this.#section = section;
    this.#sides = section.querySelector<HTMLElement>('.sides') ?? section;
    for (const select of section.querySelectorAll('select')) select.addEventListener('change', () => void this.draw());
    new ResizeObserver(() => this.#fit()).observe(this.#sides);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
      for (const { plot } of this.#charts) plot.redraw(false);
    });
  }

  async draw(): Promise<void> {
    const ids = [...this.#section.querySelectorAll('select')].map(({ value }) => value);
    const drills = await Promise.all(ids.map(drillOf));
    const view = {
      from: -BEFORE,
      to: Math.max(...drills.map((drill) => (drill.endT - injectedAt(drill)) / 1000)),
    };
    const cgroups = drills.flatMap(({ cgroups }) => cgroups[0] ?? []);
    const top = Math.max(...cgroups.map(memoryTop));
    const silence = Math.max(...drills.map(answerTop));
    for (const { plot } of this.#charts) plot.destroy();
    this.#charts = [];
    const columns = drills.map((drill, index) =>
      element(
        'div',
        { class: 'side' },
        element('h3', {}, drill.name),
        element('p', { class: 'sentence' }, document.querySelector(`#${ids[index]} .sentence`)?.textContent ?? ''),
      ),
    );
    this.#sides.replaceChildren(...columns);
    for (const [index, drill] of drills.entries()) {
      const column = columns[index];
      const [cgroup] = drill.cgroups;
      const [answers] = drill.answers;
      const scene = sceneOf(drill, injectedAt(drill));
      const specs = [
        ...(cgroup ? [memoryChart(scene, cgroup, true, top)] : []),
        ...(answers ? [answerChart(scene, answers, silence)] : []),
      ];
      for (const [place, spec] of specs.entries()) {
        const chart = makeChart(spec, view, column?.clientWidth ?? 0, place === specs.length - 1, {
          onCursor: (t) => this.#point(t),
          onZoom: (from, to) => this.#zoom(from, to),
          onReset: () => this.#zoom(view.from, view.to),
        });
        column?.append(chart.root);
        this.#charts.push(chart);
      }
    }
  }

  #point(t: number | null): void {
    for (const chart of this.#charts) chart.point(t);
  }

  #zoom(from: number, to: number): void {
    for (const { plot } of this.#charts) plot.setScale('x', { min: from, max: to });
  }

  #fit(): void {
    for (const { plot, root } of this.#charts) {
      const width = root.clientWidth;
      if (width > 0 && plot.width !== width) plot.setSize({ width, height: plot.height });
    }
  }
}

/** Milliseconds of the record. */
function injectedAt({ phases }: DrillData): number {
  return phases.find(({ name }) => name === 'injection')?.from ?? 0;
}
