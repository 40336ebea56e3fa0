import fc from 'fast-check';
import { prepareDrill } from '../../harness/report/html/drill.js';
import { renderPage } from '../../harness/report/html/page.js';
import { compose } from '../../harness/testing/record.js';
import { mustBeSame } from '../answer.js';
import { bandMaps, summaries } from '../inputs/summary.js';
import { hostile } from '../inputs/text.js';
import { countActing } from './foreign.js';
import { writer } from './writer.js';

/** A drill with charts, on which the texts of others are put. */
const DRILL = prepareDrill(compose(), 'record.jsonl');

const ASSETS = { script: '"the script"', style: 'a {}' };

const reports = fc.record({
  summary: summaries,
  maps: fc.array(bandMaps, { maxLength: 2 }),
  path: hostile(),
  why: hostile(),
  hypothesis: hostile(),
  version: hostile(),
});

export const pageWriters = [
  writer({
    name: 'page',
    covers: ['harness/report/html/page.ts renderPage', 'harness/report/html/band-map.ts renderBandMapSection'],
    inputs: reports,
    write({ summary, maps, path, why, hypothesis, version }) {
      const scenario = { ...DRILL.header.scenario, hypothesis };
      const drills = summary.runs.map((run) => ({ ...DRILL, run, header: { ...DRILL.header, scenario }, defect: why }));
      return renderPage({ drills, maps, unread: [{ path, why }], version }, ASSETS);
    },
    readBack(page, { summary }) {
      // The page's own: what it is, its style, its script, and the data of each drill.
      mustBeSame({ meta: 5, style: 1, script: 1 + summary.runs.length }, countActing(page), 'from HTML');
    },
  }),
];
