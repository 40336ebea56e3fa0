import { formatCount } from '../../core/count.js';
import { LATENCY_PHASES, MIN_BEYOND, PERCENTILES } from '../../study/latency.js';
import type { LatencyOfPhase, RunSummary } from '../../verdict/summary.js';
import { formatPercentile, formatWorst } from '../words.js';
import { html, type Markup } from './markup.js';

/** Renders how long the requests of each phase took, as a table; null where no phase has any. */
export function renderLatency({ evidence }: Pick<RunSummary, 'evidence'>, id: string): Markup | null {
  const latency = evidence?.latency;
  const rows = LATENCY_PHASES.flatMap((phase) => {
    const found = latency?.[phase];
    return found ? [renderPhase(phase, found)] : [];
  });
  if (rows.length === 0) return null;
  return html`<h3 id="${id}-latency">Time to an answer</h3>
<div class="scroll" role="group" aria-labelledby="${id}-latency" tabindex="0"><table><thead><tr><th scope="col">phase</th><th scope="col">requests</th><th scope="col">answered</th>${PERCENTILES.map((percent) => html`<th scope="col">p${percent}</th>`)}<th scope="col">worst</th></tr></thead>
<tbody>${rows}</tbody></table></div>
<p class="dim">From when a request was due. No answer: it falls among the requests that had none. Too few: fewer than ${MIN_BEYOND} requests are beyond it.</p>`;
}

function renderPhase(phase: string, found: LatencyOfPhase): Markup {
  const percentiles = PERCENTILES.map((percent) => html`<td>${formatPercentile(found[`p${percent}`])}</td>`);
  return html`<tr><th scope="row">${phase}</th><td>${formatCount(found.requests)}</td><td>${formatCount(found.answered)}</td>${percentiles}<td>${formatWorst(found)}</td></tr>`;
}
