import t from 'tap';
import { compose, silentBetween } from '../testing/record.js';
import { type Answer, compareAnswers, judgeSafety, SAFETY_EXIT_CODES } from './safety.js';
import { summarizeFailed, summarizeRecord } from './summarize.js';
import type { RunSummary } from './summary.js';

const passed: RunSummary = { ...summarizeRecord(compose(), 'record.jsonl'), verdict: 'pass', outcome: 'contained' };
const livelocked: RunSummary = {
  ...summarizeRecord(compose({ request: silentBetween(10_000, 50_000) }), 'record.jsonl'),
  verdict: 'fail',
  outcome: 'livelocked',
  missed: [{ bound: 'outcomes', sentence: 'Expected contained, but it was livelocked.' }],
  reasons: ['Expected contained, but it was livelocked.', 'No client got an answer.'],
};
const broken: RunSummary = { ...passed, ...summarizeFailed({ code: 'QEMU_DIED', message: 'QEMU died.' }) };
const answer = (question: string, run: RunSummary, placeIndex: number | null = null): Answer => ({
  question,
  placeIndex,
  asks: `a ${question}`,
  run,
});

t.test('safe, unsafe, undecided', async (t) => {
  t.match(judgeSafety([answer('a', passed), answer('b', passed)]), { safety: 'SAFE', reasons: [/2 drills/] });
  t.same(judgeSafety([answer('a', broken), answer('b', livelocked)]), {
    safety: 'UNSAFE',
    reasons: ['a b: livelocked. No client got an answer.'],
  });
  t.same(judgeSafety([answer('a', passed), answer('b', broken)]), {
    safety: 'UNDECIDED',
    reasons: ['a b: error. QEMU died.'],
  });
  const starved: RunSummary = { ...livelocked, outcome: 'starved' };
  t.match(judgeSafety([answer('a', passed), answer('b', starved)]), { safety: 'UNDECIDED' }, 'no fault of a limit');
  const bound = 'Nothing should have been killed, but something was.';
  const killed: RunSummary = {
    ...livelocked,
    missed: [...livelocked.missed, { bound: 'killed', sentence: bound }],
    reasons: [...livelocked.reasons.slice(0, 1), bound, 'No client got an answer.'],
  };
  t.same(
    judgeSafety([answer('a', killed)]).reasons,
    [`a a: livelocked. ${bound}`],
    'a missed bound says more than the outcome',
  );
  t.equal(judgeSafety([]).safety, 'UNDECIDED');
  t.match(judgeSafety([answer('a', passed)], false), { safety: 'UNDECIDED', reasons: [/ended early/] });
  t.equal(judgeSafety([answer('a', livelocked)], false).safety, 'UNSAFE', 'one bad answer is enough');
  t.same(SAFETY_EXIT_CODES, { SAFE: 0, UNSAFE: 1, UNDECIDED: 2 });
});

t.test('better and worse', async (t) => {
  const gap = (run: RunSummary, longestGapMs: number): RunSummary => ({
    ...run,
    evidence: run.evidence && { ...run.evidence, longestGapMs },
  });
  const change = (before: RunSummary, after: RunSummary) =>
    compareAnswers([answer('a', before)], [answer('a', after)])[0]?.change;
  t.equal(change(livelocked, passed), 'better');
  t.equal(change(passed, livelocked), 'worse');
  t.equal(change(gap(passed, 300), gap(passed, 1_200)), 'same');
  t.equal(change(gap(passed, 300), gap(passed, 4_000)), 'worse');
  t.equal(change(gap(passed, 4_000), gap(passed, 300)), 'better');
  t.equal(change(gap(passed, 8_000), gap(passed, 7_000)), 'same');
  const missed: RunSummary = { ...passed, verdict: 'fail' };
  t.equal(change(missed, passed), 'better', 'contained both times, and a bound was missed');
  t.equal(change(passed, missed), 'worse');
  t.equal(change(broken, passed), 'unknown');
  t.same(compareAnswers([answer('a', passed)], [answer('b', passed)]), []);
  t.match(
    compareAnswers(
      [answer('plateau', passed)],
      [answer('plateau', gap(passed, 300), 0), answer('plateau', livelocked, 1)],
    ),
    [{ question: 'plateau', change: 'worse', after: { outcome: 'livelocked' } }],
    'one size before and several now: the worst of them counts',
  );
  const sizes = (...runs: RunSummary[]) => runs.map((run, at) => answer('plateau', run, at));
  t.match(
    compareAnswers([answer('plateau', passed)], sizes(broken, livelocked)),
    [{ change: 'worse', after: { outcome: 'livelocked' } }],
    'a size that failed counts more than one that proved nothing',
  );
  t.match(compareAnswers([answer('plateau', passed)], sizes(passed, broken, passed)), [{ change: 'unknown' }]);
  t.match(compareAnswers([answer('plateau', passed)], sizes(passed, missed)), [{ change: 'worse' }]);
});
