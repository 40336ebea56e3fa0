import type { Chart } from './chart.js';

/** Charts that are moved together: one cursor, one zoom, one look. */
export class ChartGroup {
  #charts: Chart[] = [];

  /** @param room whose width the charts follow */
  constructor(room: HTMLElement) {
    new ResizeObserver(() => this.#each((chart) => chart.fit())).observe(room);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#each((chart) => chart.repaint()));
  }

  add(chart: Chart): void {
    this.#charts.push(chart);
  }

  /** Seconds; null hides the cursor. */
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
