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
import { composeHeadline, describeDrill } from './sentence.js';

/** The content of a report. */
export interface Report {
  readonly drills: readonly ReportedDrill[];
  /** Records that could not be read, and why. */
  readonly unread: readonly { readonly path: string; readonly why: string }[];
  readonly maps: readonly StoredMap[];
  readonly version: string;
}

/** The page's own script and style. */
export interface PageAssets {
  readonly script: string;
  readonly style: string;
}

/**
 * Renders the report as one HTML file. It contains everything from a record only as text or base64. Its policy allows
 * the one script, by its hash, and no request at all (Content Security Policy Level 3).
 */
export function renderPage(report: Report, { script, style }: PageAssets, outcomes = OUTCOMES): string {
  const { drills, maps, unread } = report;
  const headline = composeHeadline(
    drills.map(({ run }) => run),
    unread.length,
  );
  const policy = `default-src 'none'; script-src '${computeHash(script)}'; style-src '${computeHash(style)}'; base-uri 'none'; form-action 'none'`;
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
${maps.length === 0 ? null : html`<section class="maps" aria-labelledby="maps-name"><h2 id="maps-name">Which hog sizes harm the server</h2>${maps.map(renderBandMapSection)}</section>`}
${renderComparison(drills)}
${drills.map((drill, index) => renderDrill(drill, index, outcomes))}
</main>
<footer class="dim"><p>oomdrill ${report.version}. This file contains everything that it shows, and loads nothing from the network.</p></footer>
<script>${new Markup(script)}</script>
</body>
</html>
`.text;
}

const computeHash = (text: string): string => `sha256-${createHash('sha256').update(text).digest('base64')}`;

function renderProvenance({ drills }: Report): string {
  const [first, last] = [drills[0], drills.at(-1)];
  if (!first || !last) return 'No record could be read.';
  const { host, startedAt } = first.header;
  const guests = [...new Set(drills.map(({ run }) => `${run.guest} (${run.machine}, ${run.accelerator})`))];
  return `${drills.length === 1 ? '1 drill' : `${drills.length} drills`} on ${guests.join(' and ')}, ${startedAt.slice(0, 16).replace('T', ' ')} UTC, on a host with ${host.distribution} and ${host.cpus} CPUs.`;
}

/** Renders the first screen: each drill in one sentence, with claims and controls apart. */
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
${group('Claims', 'What the limits should achieve. Each claim must hold.', false)}
${group('Controls', 'Drills on limits that are known to be bad. Each must have a bad outcome, or the claims prove nothing.', true)}
${
  unread.length === 0
    ? null
    : html`<div><h2>Not read</h2><p class="dim">The results of these drills are not known.</p><ul class="verdicts">${unread.map(
        ({ path, why }) =>
          html`<li class="verdict error"><span class="badge error"><span class="sign" aria-hidden="true">!</span>Not read</span><div><p class="name">${path}</p><p class="sentence">${why}</p></div></li>`,
      )}</ul></div>`
}
</section>`;
}

/** One drill of the first screen, with its index in the report. */
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
  return html`<li class="verdict ${run.verdict}">${renderBadge(run)}<div><p class="name"><a href="#drill-${index + 1}">${drilledName(run)}</a></p><p class="sentence">${describeDrill(run, outcomes)}</p><p class="chips">${chips.map((chip) => html`<span class="chip">${chip}</span> `)}</p></div></li>`;
}

/** Two drills side by side, drawn by the page's script; at first a control and its repair. */
function renderComparison(drills: readonly ReportedDrill[]): Markup | null {
  if (drills.length < 2) return null;
  const pair = findPairs(drills)[0] ?? { control: 0, repair: 1 };
  const renderChoice = (label: string, name: string, chosen: number) =>
    html`<label>${label} <select name="${name}">${drills.map(
      ({ run }, index) =>
        html`<option value="drill-${index + 1}" ${index === chosen ? html`selected` : null}>${drilledName(run)} on ${run.guest}</option>`,
    )}</select></label>`;
  return html`<section class="compare" id="compare" aria-labelledby="compare-name">
<h2 id="compare-name">Side by side</h2>
<p class="dim">Two drills with the same axes, at first the same injection on limits that fail and on limits that hold. Times count from the injection.</p>
<p class="choices">${renderChoice('Left', 'left', pair.control)} ${renderChoice('Right', 'right', pair.repair)}</p>
<div class="sides"></div>
</section>`;
}
