import type { Chart } from './chart.js';

/** Charts that share one cursor, one zoom and one set of colours. */
export class ChartGroup {
  #charts: Chart[] = [];

  /** @param container whose width the charts follow */
  constructor(container: HTMLElement) {
    new ResizeObserver(() => this.#each((chart) => chart.fit())).observe(container);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#each((chart) => chart.repaint()));
  }

  add(chart: Chart): void {
    this.#charts.push(chart);
  }

  /** Puts the cursor of all charts at a time; null hides it. Seconds. */
  point(t: number | null): void {
    this.#each((chart) => chart.point(t));
  }

  zoom(from: number, to: number): void {
    this.#each((chart) => chart.zoom(from, to));
  }

  clear(): void {
    this.#each((chart) => chart.destroy());
    this.#charts = [];
  }

  #each(act: (chart: Chart) => void): void {
    for (const chart of this.#charts) act(chart);
  }
}
