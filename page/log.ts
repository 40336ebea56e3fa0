import type { LogLine } from '../harness/report/html/model.js';
import { createElement } from './dom.js';

/** The lines of systemd, the kernel and oomdrill next to the charts, in step with the cursor. */
export interface LogPane {
  readonly root: HTMLElement;
  /** Marks the last line up to this time, milliseconds of the record; none for null. */
  readonly point: (ms: number | null) => void;
}

/**
 * Creates the log pane.
 *
 * @param onChoose called with the time of a line that was clicked
 */
export function createLog(lines: readonly LogLine[], name: string, onChoose: (ms: number) => void): LogPane {
  const items = lines.map(({ t, source, text, kind }) =>
    createElement(
      'li',
      { class: `by-${kind}` },
      createElement('time', {}, (t / 1000).toFixed(2)),
      createElement('span', {}, createElement('b', {}, source), ` ${text}`),
    ),
  );
  const list = createElement('ol', {}, ...items);
  const scroller = createElement(
    'div',
    { class: 'log-lines', role: 'region', tabindex: '0', 'aria-label': `Log of ${name}` },
    list,
  );
  const root = createElement(
    'div',
    { class: 'log' },
    createElement('h3', {}, 'Log ', createElement('span', { class: 'dim' }, 'systemd, kernel, oomdrill; seconds')),
    scroller,
  );
  list.addEventListener('click', (event) => {
    const chosen = items.findIndex((item) => event.target instanceof Node && item.contains(event.target));
    const line = lines[chosen];
    // Selecting text in a line does not choose it.
    if (line && getSelection()?.isCollapsed !== false) onChoose(line.t);
  });
  let marked: HTMLElement | undefined;
  const point = (ms: number | null) => {
    const index = ms === null ? -1 : findLastLine(lines, ms);
    const item = items[index];
    if (item === marked) return;
    marked?.removeAttribute('aria-current');
    marked = item;
    if (!item) return;
    item.setAttribute('aria-current', 'true');
    // Only the pane scrolls, never the page.
    scroller.scrollTop = item.offsetTop - scroller.clientHeight / 2;
  };
  return { root, point };
}

/** Index of the last line up to this time; -1 if there is none. */
function findLastLine(lines: readonly LogLine[], ms: number): number {
  let [from, to] = [0, lines.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((lines[middle]?.t ?? 0) <= ms) from = middle + 1;
    else to = middle;
  }
  return from - 1;
}
