import 'uplot/dist/uPlot.min.css';
import './report.css';
import { Comparison } from './compare.js';
import { Timeline } from './timeline.js';
import { drillOf } from './unpack.js';

/** How far ahead of the screen charts are drawn: what no one scrolls to costs nothing. */
const AHEAD = '600px';

/** Draws what is in a place, and says on the place that it is done: `data-drawn`. */
async function draw(place: HTMLElement): Promise<void> {
  const id = place.dataset.drill;
  if (id !== undefined) new Timeline(place, await drillOf(id));
  else await new Comparison(place).draw();
  // The plots draw in a microtask; a frame later it is on the screen.
  requestAnimationFrame(() => {
    place.dataset.drawn = 'yes';
    performance.mark('drawn');
  });
}

/** `#picture-drill-3`: the time line of one drill and nothing else, for a chat or a post-mortem. */
function pictured(): HTMLElement | null {
  const id = /^#picture-(drill-\d+)$/.exec(location.hash)?.[1];
  const drill = id === undefined ? null : document.getElementById(id);
  if (!drill) return null;
  document.documentElement.classList.add('picture');
  drill.classList.add('pictured');
  return drill.querySelector<HTMLElement>('.timeline');
}

const only = pictured();
if (only) {
  void draw(only);
} else {
  const ahead = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        if (!isIntersecting || !(target instanceof HTMLElement)) continue;
        ahead.unobserve(target);
        void draw(target);
      }
    },
    { rootMargin: AHEAD },
  );
  const [first, ...others] = document.querySelectorAll<HTMLElement>('.compare, .timeline');
  // The first charts are there when the verdicts above them have been read, however many those are.
  if (first) void draw(first);
  for (const place of others) ahead.observe(place);
}
