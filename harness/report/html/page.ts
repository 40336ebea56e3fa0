import { createHash } from 'node:crypto';
import type { StoredMap } from '../../contract/band-map.js';
import { formatSeconds } from '../../core/clock.js';
import { OUTCOMES, type OutcomeTable } from '../../verdict/outcomes.js';
import { drilledName, type RunSummary } from '../../verdict/summary.js';
import { URGENCY } from '../../verdict/verdicts.js';
import { renderBandMapSection } from './band-map.js';
import type { ReportedDrill } from './drill.js';
import { html, Markup } from './markup.js';
import { findPairs } from './pairs.js';
import { renderBadge, renderDrill } from './section.js';
import { headlineOf, sentenceOf } from './sentence.js';

/** What a report is made of. */
export interface Report {
  readonly drills: readonly ReportedDrill[];
  /** Records that could not be read, and why. */
  readonly unread: readonly { readonly path: string; readonly why: string }[];
  readonly maps: readonly StoredMap[];
  readonly version: string;
}

/** The page's own program and looks, as they were built. */
export interface PageAssets {
  readonly script: string;
  readonly style: string;
}

/**
 * The report as one file. Everything of a record stands in it as text or as base64; the policy lets nothing run but the one script, by
 * its hash, and nothing be fetched at all (Content Security Policy Level 3).
 */
export function renderPage(report: Report, { script, style }: PageAssets, outcomes = OUTCOMES): string {
  const { drills, maps, unread } = report;
  const headline = headlineOf(
    drills.map(({ run }) => run),
    unread.length,
  );
  const policy = `default-src 'none'; script-src '${hashOf(script)}'; style-src '${hashOf(style)}'; base-uri 'none'; form-action 'none'`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>oomdrill: ${headline}</title>
<style>${new Markup(style)}</style>
</head>
<body>
<a class="skip" href="#verdicts">To the verdicts</a>
<header class="masthead">
<p class="brand">oomdrill <span class="dim">a fire drill for memory containment</span></p>
<h1>${headline}</h1>
<p class="dim">${renderProvenance(report)}</p>
</header>
<main>
${renderVerdicts(report, outcomes)}
${maps.length === 0 ? null : html`<section class="maps" aria-labelledby="maps-name"><h2 id="maps-name">Where the edge is</h2>${maps.map(renderBandMapSection)}</section>`}
${renderComparison(drills)}
${drills.map((drill, index) => renderDrill(drill, index, outcomes))}
</main>
<footer class="dim"><p>oomdrill ${report.version}. This file holds everything it shows, and asks nobody for anything.</p></footer>
<script>${new Markup(script)}</script>
</body>
</html>
`.text;
}

const hashOf = (text: string): string => `sha256-${createHash('sha256').update(text).digest('base64')}`;

function renderProvenance({ drills }: Report): string {
  const [first, last] = [drills[0], drills.at(-1)];
  if (!first || !last) return 'No record could be read.';
  const { host, startedAt } = first.header;
  const guests = [...new Set(drills.map(({ run }) => `${run.guest} (${run.machine}, ${run.accelerator})`))];
  return `${drills.length === 1 ? '1 drill' : `${drills.length} drills`} on ${guests.join(' and ')}, ${startedAt.slice(0, 16).replace('T', ' ')} UTC, on a host with ${host.distribution} and ${host.cpus} CPUs.`;
}

/** The first screen: what came out, each drill in one sentence, controls apart from claims. */
function renderVerdicts({ drills, unread }: Report, outcomes: OutcomeTable): Markup {
  const numbered = drills.map(({ run, defect }, index) => ({ run, defect, index }));
  const group = (title: string, explanation: string, control: boolean) => {
    const rows = numbered
      .filter(({ run }) => run.control === control)
      .toSorted((a, b) => URGENCY[b.run.verdict] - URGENCY[a.run.verdict]);
    return rows.length === 0
      ? null
      : html`<div><h2>${title}</h2><p class="dim">${explanation}</p><ul class="verdicts">${rows.map((row) => renderVerdictRow(row, outcomes))}</ul></div>`;
  };
  return html`<section id="verdicts" aria-label="Verdicts" tabindex="-1">
${group('Claims', 'What the containment promises. Each must hold.', false)}
${group('Controls', 'The same drills on limits that are known to fail. Each must come out bad, or the claims prove nothing.', true)}
${
  unread.length === 0
    ? null
    : html`<div><h2>Not read</h2><p class="dim">Nothing is known of these drills.</p><ul class="verdicts">${unread.map(
        ({ path, why }) =>
          html`<li class="verdict error"><span class="badge error"><span class="sign" aria-hidden="true">!</span>Not read</span><div><p class="name">${path}</p><p class="sentence">${why}</p></div></li>`,
      )}</ul></div>`
}
</section>`;
}

/** One drill of the first screen, and its place among all. */
interface VerdictRow {
  readonly run: RunSummary;
  readonly defect: string | null;
  readonly index: number;
}

function renderVerdictRow({ run, defect, index }: VerdictRow, outcomes: OutcomeTable): Markup {
  const chips: string[] = [];
  if (run.outcome !== null) chips.push(run.outcome);
  const gapMs = run.evidence?.longestGapMs ?? null;
  if (gapMs !== null) chips.push(`longest gap ${formatSeconds(gapMs)}`);
  chips.push(run.guest);
  if (defect !== null) chips.push('record cut off');
  return html`<li class="verdict ${run.verdict}">${renderBadge(run)}<div><p class="name"><a href="#drill-${index + 1}">${drilledName(run)}</a></p><p class="sentence">${sentenceOf(run, outcomes)}</p><p class="chips">${chips.map((chip) => html`<span class="chip">${chip}</span> `)}</p></div></li>`;
}

/** Two drills beside each other, drawn by the page's script; the control and its repair to begin with. */
function renderComparison(drills: readonly ReportedDrill[]): Markup | null {
  if (drills.length < 2) return null;
  const pair = findPairs(drills)[0] ?? { control: 0, repair: 1 };
  const choice = (label: string, name: string, chosen: number) =>
    html`<label>${label} <select name="${name}">${drills.map(
      ({ run }, index) =>
        html`<option value="drill-${index + 1}" ${index === chosen ? html`selected` : null}>${drilledName(run)} on ${run.guest}</option>`,
    )}</select></label>`;
  return html`<section class="compare" id="compare" aria-labelledby="compare-name">
<h2 id="compare-name">Side by side</h2>
<p class="dim">The same injection on the limits that fail and on those that hold. Time counts from the injection; both have the same axes.</p>
<p class="choices">${choice('Left', 'left', pair.control)} ${choice('Right', 'right', pair.repair)}</p>
<div class="sides"></div>
</section>`;
}
