import t from 'tap';
import type { Timings } from '../record/schema.js';
import { compose } from '../testing/record.js';
import { summarizeRecord } from '../verdict/summarize.js';
import { listParts, renderTimings } from './timings.js';

const passed = summarizeRecord(compose(), 'reports/a/record.jsonl');

const timings: Timings = {
  machineMs: 2_000,
  installMs: 1_000,
  settleMs: 6_000,
  baselineMs: 5_000,
  rampMs: 10_000,
  holdMs: 25_000,
  repairMs: 0,
  recoveryMs: 2_000,
  evidenceMs: 1_500,
  totalMs: 53_000,
  overheadMs: 11_000,
};

t.test('the parts of a drill add up to the whole', async (t) => {
  const parts = listParts(timings);
  t.same(
    parts.map(({ name }) => name),
    ['restore', 'install', 'settle', 'baseline', 'growth', 'hold', 'recovery', 'evidence', 'other'],
    'nothing was repaired',
  );
  t.equal(
    parts.reduce((sum, { ms }) => sum + ms, 0),
    timings.totalMs,
  );
  const { settleMs, baselineMs, repairMs, evidenceMs, ...older } = timings;
  t.match(listParts(older).at(-1), { name: 'other', ms: 13_000 }, 'an older record does not tell of all');
});

t.test('the bars are at one scale, and as wide as the terminal at most', async (t) => {
  const half = { ...timings, holdMs: 12_500, totalMs: 40_500 };
  const text = renderTimings(
    [
      { ...passed, timings },
      { ...passed, timings: half },
    ],
    { columns: 60 },
  );
  const holds = text.split('\n').filter((line) => line.includes(' hold '));
  const [whole, shorter] = holds.map((line) => line.replace(/[^#]/g, '').length);
  t.equal(whole, 39);
  t.equal(shorter, 20);
  t.ok(text.split('\n').every((line) => line.length <= 60));
});

t.test('a drill that did not end has no bar', async (t) => {
  t.equal(renderTimings([{ ...passed, timings: null }], { columns: 80 }), '');
});
