import { NOTHING_ACCEPTED } from '../../harness/history/baseline.js';
import { createNight } from '../../harness/history/night.js';
import { groupSeries } from '../../harness/history/series.js';
import type { RunRecord } from '../../harness/record/reader.js';
import { renderHistory } from '../../harness/report/history.js';
import { collectDrillData, prepareDrill } from '../../harness/report/html/drill.js';
import { renderPage } from '../../harness/report/html/page.js';
import { describeDrill } from '../../harness/report/html/sentence.js';
import { REPORTERS } from '../../harness/report/reporters.js';
import { describeDetails } from '../../harness/report/words.js';
import { study } from '../../harness/study/study.js';
import { findShortfalls } from '../../harness/verdict/expectation.js';
import { OUTCOMES, outcomeNames } from '../../harness/verdict/outcomes.js';
import { summarize, summarizeRecord } from '../../harness/verdict/summarize.js';
import { composeWithHoles, holes } from '../inputs/holes.js';
import { property } from '../property.js';
import { findClaimWithoutGround, findNonsense } from '../reading.js';

/** Every sentence that a verdict makes of a record: each outcome's reasons, whichever is decided, and each bound's. */
function collectSentences(record: RunRecord): string[] {
  const found = study(record);
  const run = summarizeRecord(record, 'record.jsonl');
  const { expect } = record.header.scenario;
  const wanted = (['none', 'injections', 'some-injections'] as const).map((killed) => ({ ...expect, killed }));
  return [
    ...outcomeNames(OUTCOMES).flatMap((name) => OUTCOMES[name].reasonsFor(found, record.header)),
    ...[...wanted, { ...expect, sameServer: true, placeLives: false }].flatMap((each) => {
      const scenario = { ...record.header.scenario, expect: each };
      const { missed, open } = findShortfalls({ ...record.header, scenario }, found);
      return [...missed, ...open].map(({ sentence }) => sentence);
    }),
    ...describeDetails(run),
    describeDrill(run),
    ...collectDrillData(record).kills.map(({ words }) => words),
  ];
}

/** What every output has of it, without the data of its charts. */
async function renderAll(record: RunRecord): Promise<string[]> {
  const run = summarizeRecord(record, 'record.jsonl');
  const summary = summarize([run], record.header.host);
  const texts = await Promise.all(
    REPORTERS.map((reporter) => reporter.render(summary, { color: false, columns: 100 })),
  );
  const report = { drills: [prepareDrill(record, 'record.jsonl')], unread: [], maps: [], version: '0' };
  const page = renderPage(report, { script: '', style: '' }).replace(/<script[^>]*>[^<]*<\/script>/g, '');
  const night = createNight(summary, '2026-07-02T16:00:00.000Z');
  const history = renderHistory(groupSeries([night]), { entries: [night], damaged: [] }, NOTHING_ACCEPTED);
  return [...texts, page, history];
}

export const sentenceWriters = [
  property({
    name: 'write-sentences-of-holes',
    covers: [],
    inputs: holes,
    async check(input) {
      const record = composeWithHoles(input);
      for (const sentence of collectSentences(record)) {
        const fault = findNonsense(sentence) ?? findClaimWithoutGround(sentence, record);
        if (fault !== undefined) throw new Error(`${fault}: ${sentence}`);
      }
      for (const text of await renderAll(record)) {
        const fault = /\b(?:NaN|undefined|Infinity)\b|unknown of/.exec(text);
        if (fault) throw new Error(`${fault[0]} in ${text.slice(Math.max(0, fault.index - 150), fault.index + 50)}`);
      }
    },
  }),
];
