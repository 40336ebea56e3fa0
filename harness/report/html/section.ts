import { formatBytes } from '../../core/bytes.js';
import { formatSeconds } from '../../core/clock.js';
import { describeInjection } from '../../record/injection.js';
import type { EntryOf } from '../../record/schema.js';
import { OUTCOMES } from '../../verdict/outcomes.js';
import { drilledName, type RunSummary, type Verdict } from '../../verdict/summary.js';
import { describeEvidence, describeOutcome } from '../words.js';
import type { ReportedDrill } from './drill.js';
import { renderLatency } from './latency.js';
import { html, type Markup } from './markup.js';
import { describeDrill, describeVerdict } from './sentence.js';
import { renderTimingsTable } from './timings.js';

/** Renders the label of a verdict, with a sign that differs in shape as well as in colour. */
export function renderBadge(run: Pick<RunSummary, 'verdict' | 'control'>): Markup {
  return html`<span class="badge ${run.verdict}"><span class="sign" aria-hidden="true">${VERDICT_SIGNS[run.verdict]}</span>${describeVerdict(run)}</span>`;
}

const VERDICT_SIGNS: Readonly<Record<Verdict, string>> = {
  pass: '✓',
  fail: '✕',
  inconclusive: '?',
  error: '!',
  skip: '–',
};

/** Renders one drill in full. The page's script draws the time line into it, from the packed data. */
export function renderDrill(drill: ReportedDrill, index: number, outcomes = OUTCOMES): Markup {
  const { run, header, defect, packed } = drill;
  const observations = [...run.reasons];
  if (run.error?.hint !== undefined) observations.push(run.error.hint);
  const figures =
    run.evidence === null ? ['There are none: the drill was stopped by an error.'] : describeEvidence(run.evidence);
  const id = `drill-${index + 1}`;
  return html`<section class="drill" id="${id}" aria-labelledby="${id}-name">
<header>
<p class="kicker">${renderBadge(run)}${run.control ? html` <span class="chip">control: must have a bad outcome</span>` : null} <span class="chip">${describeOutcome(run)}</span></p>
<h2 id="${id}-name">${drilledName(run)} <span class="dim">on ${run.guest}</span></h2>
<p class="sentence">${describeDrill(run, outcomes)}</p>
</header>
${defect === null ? null : html`<p class="warning">${defect}</p>`}
<div class="timeline" data-drill="${id}"></div>
<div class="facts">
<div><h3>What was claimed</h3><p>${header.scenario.hypothesis}</p>
<h3>What was seen</h3><ul>${observations.map((line) => html`<li>${line}</li>`)}</ul></div>
<div><h3>Figures</h3><ul>${figures.map((line) => html`<li>${line}</li>`)}</ul></div>
</div>
${renderLatency(run, id)}
${renderTimingsTable(run, id)}
${renderSettings(drill, id)}
<script type="application/octet-stream" id="${id}-data">${packed}</script>
</section>`;
}

/** Renders the settings of the bundle, and the proof that they were in effect. */
function renderSettings(drill: ReportedDrill, id: string): Markup {
  const { proof } = drill;
  const limits = proof[0] ? formatLimits(proof[0]) : 'not known';
  return html`<details class="settings"><summary>Settings, and the proof that they were in effect: ${limits}. ${describeProof(drill)}</summary>
<dl>${collectFacts(drill).map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
${proof.map((effect, index) => renderProof(effect, `${id}-proof-${index + 1}`))}
</details>`;
}

function describeProof({ proof }: ReportedDrill): string {
  const checks = proof.flatMap((effect) => effect.checks);
  if (checks.length === 0) return 'The record has no proof that they were in effect.';
  const failed = checks.filter(({ ok }) => !ok).length;
  return failed === 0
    ? `${checks.length} checks show that they were in effect.`
    : `${failed} of ${checks.length} checks found another value.`;
}

/** The facts of a drill, as pairs of a name and a value. */
function collectFacts({ header, versions, speed, canary, run, injections }: ReportedDrill): [string, string][] {
  const { host, probe, scenario } = header;
  const facts: [string, string][] = [['bundle', scenario.bundle]];
  if (header.server !== undefined) facts.push(['server', header.server]);
  for (const injection of injections) facts.push(['injection', describeInjection(injection)]);
  const guest = `${header.guest}, ${formatBytes(header.guestMemoryBytes)}, ${header.guestCpus} CPUs`;
  facts.push(
    ['scale', `1/${header.scale}: every size of the real host is divided by it`],
    [
      'clients',
      `${describeWatchdog(header.watchdog)}; one request for ${probe.request ?? probe.path} every ${Number(probe.intervalMs.toPrecision(4))} ms`,
    ],
    ['guest', `${guest}, by ${header.machine} (${header.accelerator})`],
    ...speed.map(describeSpeed),
    ...describeCanary(canary),
    ...Object.entries(versions),
    [
      'host',
      `${host.distribution}, Linux ${host.kernel}, ${host.cpus} x ${host.cpuModel}, ${formatBytes(host.memoryBytes)}`,
    ],
    ['record', `${run.record ?? 'none'}, started ${header.startedAt}, oomdrill ${header.oomdrill}`],
  );
  return facts;
}

function describeSpeed({ touchedBytesPerSecond, loopMs, slowness }: EntryOf<'speed'>): [string, string] {
  const figures = `touches ${formatBytes(touchedBytesPerSecond)} a second, a fixed loop takes ${Math.round(loopMs)} ms`;
  const stretched = slowness === 1 ? '' : `; deadlines were ${slowness.toFixed(1)} times as long`;
  return ['speed of the guest', `${figures}${stretched}`];
}

/** What the control group is, and how it fared; nothing where the record has none. */
function describeCanary(canary: ReportedDrill['canary']): [string, string][] {
  if (canary.length === 0) return [];
  const answered = canary.filter(({ ok }) => ok);
  const slowest = answered.reduce((most, { t, scheduledT }) => Math.max(most, t - scheduledT), 0);
  const share = `${answered.length} of ${canary.length} requests answered`;
  const fared = answered.length === 0 ? share : `${share}, the slowest after ${formatSeconds(slowest)}`;
  return [['canary', `a tiny server of oomdrill's own in the same guest, with protected memory: ${fared}`]];
}

function formatLimits({ limits }: EntryOf<'effect'>): string {
  const size = (bytes: number | null) => formatBytes(bytes ?? Number.POSITIVE_INFINITY);
  return `MemoryHigh=${size(limits.high)} MemoryMax=${size(limits.max)} MemorySwapMax=${size(limits.swapMax)}`;
}

function renderProof(effect: EntryOf<'effect'>, id: string): Markup {
  return html`<h4 id="${id}">${effect.unit}, at ${(effect.t / 1000).toFixed(1)} s</h4><p class="dim">${formatLimits(effect)} in <code>${effect.cgroup}</code></p>
<div class="scroll" role="group" aria-labelledby="${id}" tabindex="0"><table><thead><tr><th scope="col">check</th><th scope="col">expected</th><th scope="col">found</th><th scope="col">equal</th></tr></thead>
<tbody>${effect.checks.map(
    ({ what, wanted, found, ok }) =>
      html`<tr><td>${what}</td><td>${wanted}</td><td>${found}</td><td>${ok ? '✓ yes' : '✕ no'}</td></tr>`,
  )}</tbody></table></div>`;
}

function describeWatchdog(watchdog: ReportedDrill['header']['watchdog']): string {
  return watchdog.kind === 'heartbeat'
    ? `a heartbeat every ${watchdog.intervalMs / 1000} s, and a wait of ${watchdog.windowMs / 1000} s for its answer`
    : `a ping every ${watchdog.intervalMs / 1000} s, and the connection is closed after ${watchdog.missed} missed answers`;
}
