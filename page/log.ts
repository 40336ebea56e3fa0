import type { LogLine } from '../harness/report/html/model.js';
import { element } from './dom.js';

/** The lines of systemd, the kernel and oomdrill next to the charts, in step with the cursor. */
export interface LogPane {
  readonly root: HTMLElement;
  /** Marks the last line that was said by then, milliseconds of the record; none for null. */
  readonly point: (ms: number | null) => void;
}

/** @param onChoose called with the time of a line that was clicked */
export function makeLog(lines: readonly LogLine[], name: string, onChoose: (ms: number) => void): LogPane {
  const items = lines.map(({ t, source, text, kind }) =>
    element(
      'li',
      { class: `by-${kind}` },
      element('time', {}, (t / 1000).toFixed(2)),
      element('span', {}, element('b', {}, source), ` ${text}`),
    ),
  );
  const list = element('ol', {}, ...items);
  const scroller = element(
    'div',
    { class: 'log-lines', role: 'region', tabindex: '0', 'aria-label': `Log of ${name}` },
    list,
  );
  const root = element(
    'div',
    { class: 'log' },
    element('h3', {}, 'Log ', element('span', { class: 'dim' }, 'systemd, kernel, oomdrill; seconds')),
    scroller,
  );
  list.addEventListener('click', (event) => {
    const chosen = items.findIndex((item) => event.target instanceof Node && item.contains(event.target));
    const line = lines[chosen];
    // Letters that are being selected are not a choice.
    if (line && getSelection()?.isCollapsed !== false) onChoose(line.t);
  });
  let marked: HTMLElement | undefined;
  const point = (ms: number | null) => {
    const index = ms === null ? -1 : lastBy(lines, ms);
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

/** Place of the last line that was said by then; -1 when there is none. */
function lastBy(lines: readonly LogLine[], ms: number): number {
  let [from, to] = [0, lines.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((lines[middle]?.t ?? 0) <= ms) from = middle + 1;
    else to = middle;
  }
  return from - 1;
}
