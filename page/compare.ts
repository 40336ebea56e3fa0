import type { DrillData } from '../harness/report/html/model.js';
import { makeChart } from './chart.js';
import { ChartGroup } from './chart-group.js';
import type { ChartSpec } from './chart-spec.js';
import { answerChart, answerTop, memoryChart, memoryTop, sceneOf } from './charts.js';
import { element } from './dom.js';
import { drillOf } from './unpack.js';

/** Before the injection, seconds: enough to see that the server was healthy. */
const BEFORE = 5;

/** Two drills next to each other on the same axes, with one cursor; which two is chosen above them. */
export class Comparison {
  readonly #section: HTMLElement;
  readonly #sides: HTMLElement;
  readonly #charts: ChartGroup;

  constructor(section: HTMLElement) {
    this.#section = section;
    this.#sides = section.querySelector<HTMLElement>('.sides') ?? section;
    for (const select of section.querySelectorAll('select')) select.addEventListener('change', () => void this.draw());
    this.#charts = new ChartGroup(this.#sides);
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
    this.#charts.clear();
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
      const specs: ChartSpec[] = [];
      if (cgroup) specs.push(memoryChart(scene, cgroup, true, top));
      if (answers) specs.push(answerChart(scene, answers, silence));
      for (const [place, spec] of specs.entries()) {
        const frame = { ...view, width: column?.clientWidth ?? 0, timed: place === specs.length - 1 };
        const chart = makeChart(spec, frame, {
          onCursor: (t) => this.#charts.point(t),
          onZoom: (from, to) => this.#charts.zoom(from, to),
          onReset: () => this.#charts.zoom(view.from, view.to),
        });
        column?.append(chart.root);
        this.#charts.add(chart);
      }
    }
  }
}

/** Milliseconds of the record. */
function injectedAt({ phases }: DrillData): number {
  return phases.find(({ name }) => name === 'injection')?.from ?? 0;
}
