import 'uplot/dist/uPlot.min.css';
import './report.css';
import { Comparison } from './compare.js';
import { Timeline } from './timeline.js';
import { readDrill } from './unpack.js';

/** How far below the screen charts are drawn in advance; what is farther away is drawn only when it is scrolled to. */
const DRAW_AHEAD = '600px';

/** Draws a time line or a comparison, and sets `data-drawn` on its element when it is done. */
async function draw(place: HTMLElement): Promise<void> {
  const id = place.dataset.drill;
  if (id !== undefined) new Timeline(place, await readDrill(id));
  else await new Comparison(place).draw();
  // The plots draw in a microtask, and are on the screen one frame later.
  requestAnimationFrame(() => {
    place.dataset.drawn = 'yes';
    performance.mark('drawn');
  });
}

/**
 * Finds the time line that `#picture-drill-3` asks for: it is shown alone, as a picture for a chat or a post-mortem.
 */
function findPictured(): HTMLElement | null {
  const id = /^#picture-(drill-\d+)$/.exec(location.hash)?.[1];
  const drill = id === undefined ? null : document.getElementById(id);
  if (!drill) return null;
  document.documentElement.classList.add('picture');
  drill.classList.add('pictured');
  return drill.querySelector<HTMLElement>('.timeline');
}

const only = findPictured();
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
    { rootMargin: DRAW_AHEAD },
  );
  const [first, ...others] = document.querySelectorAll<HTMLElement>('.compare, .timeline');
  // The first charts are drawn at once, so that they are there when the reader comes to them.
  if (first) void draw(first);
  for (const place of others) ahead.observe(place);
}
