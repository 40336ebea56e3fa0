import { formatBytes } from '../../core/bytes.js';
import { describeInjection } from '../../record/injection.js';
import type { EntryOf } from '../../record/schema.js';
import { OUTCOMES } from '../../verdict/outcomes.js';
import { drilledName, type RunSummary, type Verdict } from '../../verdict/summary.js';
import { evidenceInWords, outcomeInWords } from '../words.js';
import type { ReportedDrill } from './drill.js';
import { html, type Markup } from './markup.js';
import { sentenceOf, verdictInWords } from './sentence.js';

/** A verdict's word behind a sign of its own shape. */
export function renderBadge(run: Pick<RunSummary, 'verdict' | 'control'>): Markup {
  return html`<span class="badge ${run.verdict}"><span class="sign" aria-hidden="true">${VERDICT_SIGNS[run.verdict]}</span>${verdictInWords(run)}</span>`;
}

const VERDICT_SIGNS: Readonly<Record<Verdict, string>> = {
  pass: '✓',
  fail: '✕',
  inconclusive: '?',
  error: '!',
  skip: '–',
};

/** One drill in full. The time line is drawn into it by the page's script, from the packed data. */
export function renderDrill(drill: ReportedDrill, index: number, outcomes = OUTCOMES): Markup {
  const { run, header, defect, packed } = drill;
  const seen = [...run.reasons];
  if (run.error?.hint !== undefined) seen.push(run.error.hint);
  const figures = run.evidence === null ? ['There are none: the drill was broken off.'] : evidenceInWords(run.evidence);
  const id = `drill-${index + 1}`;
  return html`<section class="drill" id="${id}" aria-labelledby="${id}-name">
<header>
<p class="kicker">${renderBadge(run)}${run.control ? html` <span class="chip">control: must come out bad</span>` : null} <span class="chip">${outcomeInWords(run)}</span></p>
<h2 id="${id}-name">${drilledName(run)} <span class="dim">on ${run.guest}</span></h2>
<p class="sentence">${sentenceOf(run, outcomes)}</p>
</header>
${defect === null ? null : html`<p class="warning">${defect}</p>`}
<div class="timeline" data-drill="${id}"></div>
<div class="facts">
<div><h3>What was claimed</h3><p>${header.scenario.hypothesis}</p>
<h3>What was seen</h3><ul>${seen.map((line) => html`<li>${line}</li>`)}</ul></div>
<div><h3>Figures</h3><ul>${figures.map((line) => html`<li>${line}</li>`)}</ul></div>
</div>
${renderSettings(drill, id)}
<script type="application/octet-stream" id="${id}-data">${packed}</script>
</section>`;
}

/** The bundle's settings, and the proof that they were in effect. */
function renderSettings(drill: ReportedDrill, id: string): Markup {
  const { proof } = drill;
  const limits = proof[0] ? limitSettings(proof[0]) : 'none';
  return html`<details class="settings"><summary>Settings, and the proof that they were in effect: ${limits}. ${provedInWords(drill)}</summary>
<dl>${factsOfDrill(drill).map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
${proof.map((effect, index) => renderProof(effect, `${id}-proof-${index + 1}`))}
</details>`;
}

function provedInWords({ proof }: ReportedDrill): string {
  const checks = proof.flatMap((effect) => effect.checks);
  if (checks.length === 0) return 'The record holds no proof that they were in effect.';
  const bad = checks.filter(({ ok }) => !ok).length;
  return bad === 0
    ? `${checks.length} checks show them in effect.`
    : `${bad} of ${checks.length} checks found something else.`;
}

/** What was drilled, on what, and with what: pairs of a name and a value. */
function factsOfDrill({ header, versions, run, injections }: ReportedDrill): [string, string][] {
  const { host, probe, scenario } = header;
  const facts: [string, string][] = [['bundle', scenario.bundle]];
  if (header.server !== undefined) facts.push(['server', header.server]);
  for (const injection of injections) facts.push(['injection', describeInjection(injection)]);
  const guest = `${header.guest}, ${formatBytes(header.guestMemoryBytes)}, ${header.guestCpus} CPUs`;
  facts.push(
    ['scale', `1/${header.scale}: every size is the real host's divided by it`],
    ['clients', `${watchdogInWords(header.watchdog)}; asked for ${probe.path} every ${probe.intervalMs} ms`],
    ['guest', `${guest}, by ${header.machine} (${header.accelerator})`],
    ...Object.entries(versions),
    [
      'host',
      `${host.distribution}, Linux ${host.kernel}, ${host.cpus} x ${host.cpuModel}, ${formatBytes(host.memoryBytes)}`,
    ],
    ['record', `${run.record ?? 'none'}, begun ${header.startedAt}, oomdrill ${header.oomdrill}`],
  );
  return facts;
}

function limitSettings({ limits }: EntryOf<'effect'>): string {
  const size = (bytes: number | null) => formatBytes(bytes ?? Number.POSITIVE_INFINITY);
  return `MemoryHigh=${size(limits.high)} MemoryMax=${size(limits.max)} MemorySwapMax=${size(limits.swapMax)}`;
}

function renderProof(effect: EntryOf<'effect'>, id: string): Markup {
  return html`<h4 id="${id}">${effect.unit}, at ${(effect.t / 1000).toFixed(1)} s</h4><p class="dim">${limitSettings(effect)} in <code>${effect.cgroup}</code></p>
<div class="scroll" role="group" aria-labelledby="${id}" tabindex="0"><table><thead><tr><th scope="col">looked at</th><th scope="col">wanted</th><th scope="col">found</th><th scope="col">as wanted</th></tr></thead>
<tbody>${effect.checks.map(
    ({ what, wanted, found, ok }) =>
      html`<tr><td>${what}</td><td>${wanted}</td><td>${found}</td><td>${ok ? '✓ yes' : '✕ no'}</td></tr>`,
  )}</tbody></table></div>`;
}

function watchdogInWords(watchdog: ReportedDrill['header']['watchdog']): string {
  return watchdog.kind === 'heartbeat'
    ? `a heartbeat every ${watchdog.intervalMs / 1000} s, patient for ${watchdog.windowMs / 1000} s`
    : `a ping every ${watchdog.intervalMs / 1000} s, dropped at missed answer ${watchdog.missed}`;
}
