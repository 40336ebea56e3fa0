import { formatSeconds } from '../core/clock.js';
import type { RunSummary, Summary } from '../verdict/summary.js';
import { exitCodeInWords, tallyInWords } from './tally.js';
import { detailsAndRecord, gapInWords, outcomeInWords, runName, scenarioInWords } from './words.js';

const MARKDOWN_HEAD = ['verdict', 'scenario', 'guest', 'outcome', 'longest gap', 'OOM kills', 'full stall', 'took'];
const ALIGNMENT = [':--', ':--', ':--', ':--', '--:', '--:', '--:', '--:'];

/** The summary as GitHub-flavoured Markdown, for a page of the job: a table, and in full whatever did not pass or drifts. */
export function renderMarkdown({ runs, exitCode }: Pick<Summary, 'runs' | 'exitCode'>): string {
  const telling = runs.filter(({ verdict, drifts }) => verdict !== 'pass' || drifts !== undefined);
  return [
    `## oomdrill: ${tallyInWords(runs)}`,
    `Exit status ${exitCode}: ${exitCodeInWords(exitCode)}.`,
    [MARKDOWN_HEAD, ALIGNMENT, ...runs.map(renderCells)].map((row) => `| ${row.join(' | ')} |`).join('\n'),
    ...telling.map(renderDetails),
    '',
  ].join('\n\n');
}

function renderCells(run: RunSummary): string[] {
  const { verdict, drifts, guest, evidence, timings } = run;
  return [
    verdict === 'pass' ? `pass${drifts === undefined ? '' : ', **drifting**'}` : `**${verdict}**`,
    escapeMarkdown(scenarioInWords(run)),
    escapeMarkdown(guest),
    escapeMarkdown(outcomeInWords(run)),
    gapInWords(evidence),
    String(evidence?.oomKills ?? '-'),
    evidence?.fullStallPercent == null ? '-' : `${evidence.fullStallPercent.toFixed(0)} %`,
    timings === null ? '-' : formatSeconds(timings.totalMs),
  ];
}

function renderDetails(run: RunSummary): string {
  const details = detailsAndRecord(run).map((line) => `- ${escapeMarkdown(line)}`);
  return [`### ${run.verdict}: ${escapeMarkdown(runName(run))}`, '', ...details].join('\n');
}

/** One line in which nothing reads as markup: CommonMark 0.31, "Backslash escapes"; a bar ends a table's cell (GFM, "Tables"). */
const escapeMarkdown = (text: string): string => text.replace(/\s+/g, ' ').replace(/[\\`*_~<>[\]|&]/g, '\\$&');
