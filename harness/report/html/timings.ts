import { formatSeconds } from '../../core/clock.js';
import type { RunSummary } from '../../verdict/summary.js';
import { listParts } from '../timings.js';
import { html, type Markup } from './markup.js';

/** Renders where the time of a drill went, as a table with a bar a part; null for a drill that did not get to its end. */
export function renderTimingsTable({ timings }: Pick<RunSummary, 'timings'>, id: string): Markup | null {
  if (timings === null) return null;
  const rows = listParts(timings).map(
    ({ name, ms }) =>
      html`<tr><th scope="row">${name}</th><td>${formatSeconds(ms)}</td><td><progress max="${timings.totalMs}" value="${ms}" aria-label="${name}"></progress></td></tr>`,
  );
  return html`<h3 id="${id}-timings">Where its ${formatSeconds(timings.totalMs)} went</h3>
<div class="scroll" role="group" aria-labelledby="${id}-timings" tabindex="0"><table class="timings"><thead><tr><th scope="col">part</th><th scope="col">time</th><th scope="col">share</th></tr></thead>
<tbody>${rows}</tbody></table></div>`;
}
