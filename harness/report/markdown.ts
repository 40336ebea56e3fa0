import { formatSeconds } from '../core/clock.js';
import { describeKills } from '../verdict/kill-sentences.js';
import type { RunSummary, Summary } from '../verdict/summary.js';
import { markdownText } from './markdown-text.js';
import { describeExitCode, describeTally } from './tally.js';
import { describeDetailsAndRecord, describeOutcome, formatGap, formatKills, nameRun, nameScenario } from './words.js';

const MARKDOWN_HEAD = ['verdict', 'scenario', 'guest', 'outcome', 'longest gap', 'kills', 'full stall', 'took'];
const ALIGNMENT = [':--', ':--', ':--', ':--', '--:', '--:', '--:', '--:'];

/**
 * Renders the summary as GitHub-flavoured Markdown, for the page of a CI job: a table, and details of what did not pass
 * or drifts, or came out differently on another kernel.
 */
export function renderMarkdown({ runs, exitCode }: Pick<Summary, 'runs' | 'exitCode'>): string {
  const notable = runs.filter(
    ({ verdict, drifts, kernelChange }) => verdict !== 'pass' || drifts !== undefined || kernelChange !== undefined,
  );
  return [
    `## oomdrill: ${describeTally(runs)}`,
    `Exit status ${exitCode}: ${describeExitCode(exitCode)}.`,
    [MARKDOWN_HEAD, ALIGNMENT, ...runs.map(renderCells)].map((row) => `| ${row.join(' | ')} |`).join('\n'),
    ...notable.map(renderDetails),
    ...renderKills(runs.filter((run) => !notable.includes(run))),
    '',
  ].join('\n\n');
}

function renderCells(run: RunSummary): string[] {
  const { verdict, drifts, guest, evidence, timings } = run;
  return [
    verdict === 'pass' ? `pass${drifts === undefined ? '' : ', **drifting**'}` : `**${verdict}**`,
    markdownText(nameScenario(run)),
    markdownText(guest),
    markdownText(describeOutcome(run)),
    formatGap(evidence),
    formatKills(evidence),
    evidence?.fullStallPercent == null ? '-' : `${evidence.fullStallPercent.toFixed(0)} %`,
    timings === null ? '-' : formatSeconds(timings.totalMs),
  ];
}

/** What was killed in the drills that have no details. */
function renderKills(runs: readonly RunSummary[]): string[] {
  const lines = runs.flatMap((run) =>
    describeKills(run.evidence?.kills ?? []).map((kill) => `- ${markdownText(`${nameRun(run)}: ${kill}`)}`),
  );
  return lines.length === 0 ? [] : [['### What was killed', '', ...lines].join('\n')];
}

function renderDetails(run: RunSummary): string {
  const details = describeDetailsAndRecord(run).map((line) => `- ${markdownText(line)}`);
  return [`### ${run.verdict}: ${markdownText(nameRun(run))}`, '', ...details].join('\n');
}
