import type { DrillData } from '../harness/report/html/model.js';
import { createChart } from './chart.js';
import { ChartGroup } from './chart-group.js';
import type { ChartSpec } from './chart-spec.js';
import { computeAnswerTop, computeMemoryTop, createScene, specifyAnswers, specifyMemory } from './charts.js';
import { createElement } from './dom.js';
import { readDrill } from './unpack.js';

/** The time that is shown before the injection, seconds: enough to see that the server was healthy. */
const LEAD_S = 5;

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
    const drills = await Promise.all(ids.map(readDrill));
    const view = {
      from: -LEAD_S,
      to: Math.max(...drills.map((drill) => (drill.endT - findInjectionMs(drill)) / 1000)),
    };
    const cgroups = drills.flatMap(({ cgroups }) => cgroups[0] ?? []);
    const top = Math.max(...cgroups.map(computeMemoryTop));
    const silence = Math.max(...drills.map(computeAnswerTop));
    this.#charts.clear();
    const columns = drills.map((drill, index) =>
      createElement(
        'div',
        { class: 'side' },
        createElement('h3', {}, drill.name),
        createElement(
          'p',
          { class: 'sentence' },
          document.querySelector(`#${ids[index]} .sentence`)?.textContent ?? '',
        ),
      ),
    );
    this.#sides.replaceChildren(...columns);
    for (const [index, drill] of drills.entries()) {
      const column = columns[index];
      const [cgroup] = drill.cgroups;
      const [answers] = drill.answers;
      const scene = createScene(drill, findInjectionMs(drill));
      const specs: ChartSpec[] = [];
      if (cgroup) specs.push(specifyMemory(scene, cgroup, true, top));
      if (answers) specs.push(specifyAnswers(scene, answers, silence));
      for (const [position, spec] of specs.entries()) {
        const frame = { ...view, width: column?.clientWidth ?? 0, hasTimes: position === specs.length - 1 };
        const chart = createChart(spec, frame, {
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

/** The time of the injection, milliseconds of the record. */
function findInjectionMs({ phases }: DrillData): number {
  return phases.find(({ name }) => name === 'injection')?.from ?? 0;
}
