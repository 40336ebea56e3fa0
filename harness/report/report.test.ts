import t from 'tap';
import { Parser } from 'tap-parser';
import { compose, shortOfMemoryBetween } from '../testing/record.js';
import { summarizeRecord } from '../verdict/summarize.js';
import type { RunSummary } from '../verdict/summary.js';
import { chooseStyle, wrap } from './layout.js';
import { renderTap } from './tap.js';
import { renderRuns } from './terminal.js';
import { describeEvidence } from './words.js';

const passed = summarizeRecord(compose(), 'reports/a/record.jsonl');
const failed = summarizeRecord(compose(shortOfMemoryBetween(10_000, 50_000)), 'reports/b/record.jsonl');
const broken: RunSummary = {
  ...passed,
  outcome: null,
  verdict: 'error',
  evidence: null,
  record: null,
  reasons: ['QEMU ended # early.'],
  error: { code: 'QEMU_DIED', message: 'QEMU ended # early.', hint: 'Look at dmesg.' },
};
const skipped: RunSummary = { ...broken, verdict: 'skip', reasons: ['There is no PSI.'] };
const plain = { color: false, columns: 100 };

t.test('the terminal', async (t) => {
  t.matchSnapshot(renderRuns([passed, failed, broken], plain), 'a table and the evidence');
  const narrow = renderRuns([passed, failed, broken], { color: false, columns: 50 });
  t.notMatch(narrow, /│/, 'no table if it does not fit');
  t.ok(
    narrow
      .split('\n')
      .every((line) => line.length <= 50 || !line.trim().includes(' ') || /record:|^\w+ {2}/.test(line)),
  );
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape codes are what is looked for
  t.match(renderRuns([failed], { ...plain, color: true }), /\u001b\[31mfail/);
  t.equal(renderRuns([], plain), 'Nothing was drilled.\n');
});

t.test('a drill that the host spoiled says what to do', async (t) => {
  const inconclusive = { ...failed, verdict: 'inconclusive' as const };
  const hint = /hint: Run it again when this machine is quiet\./;
  t.match(renderRuns([{ ...inconclusive, spoiledByHost: true }], plain), hint);
  t.notMatch(renderRuns([{ ...inconclusive, spoiledByHost: false }], plain), hint);
  t.notMatch(renderRuns([{ ...passed, spoiledByHost: true }], plain), hint);
});

t.test('no SIGKILL is named where the hog was gone before', async (t) => {
  if (!passed.evidence) throw new Error('a passed drill has evidence');
  for (const injectionState of ['killed', 'exited'])
    t.match(describeEvidence({ ...passed.evidence, injectionState }).join(), /first answer after the release: /);
  t.match(describeEvidence(passed.evidence).join(), /first answer after the SIGKILL: /);
});

t.test('the style for a terminal', async (t) => {
  t.same(chooseStyle({ isTTY: true, columns: 80 }, {}), { color: true, columns: 80 });
  t.same(chooseStyle({ isTTY: true, columns: 80 }, { NO_COLOR: '1' }), { color: false, columns: 80 });
  t.same(chooseStyle({ isTTY: true }, { TERM: 'dumb' }), { color: false, columns: 100 });
  t.same(chooseStyle({}, {}), { color: false, columns: 100 });
  t.same(wrap('a bb a-very-long-word c', 5), ['a bb', 'a-very-long-word', 'c']);
});

t.test('TAP that another parser understands', async (t) => {
  const text = renderTap({ runs: [passed, failed, broken, skipped] });
  t.matchSnapshot(text);
  const read = await new Promise<{ ok: boolean; count: number; fail: number; skip: number }>((resolve) => {
    const parser = new Parser((results) => resolve(results));
    parser.end(text);
  });
  t.match(read, { ok: false, count: 4, fail: 2, skip: 1 });
});

t.test('what is not known is printed as unknown', async (t) => {
  if (!passed.evidence) throw new Error('a passed drill has evidence');
  const nothing = Object.fromEntries(Object.keys(passed.evidence).map((key) => [key, null]));
  t.matchSnapshot(describeEvidence({ ...passed.evidence, ...nothing, watchdogWindowMs: 20_000 }).join('\n'));
});
