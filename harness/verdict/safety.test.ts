import t from 'tap';
import { compose, silentBetween } from '../testing/record.js';
import { type Answer, compareAnswers, exitCodeOfSafety, judgeSafety } from './safety.js';
import { brokenOff, summarizeRecord } from './summarize.js';
import type { RunSummary } from './summary.js';

const well: RunSummary = { ...summarizeRecord(compose(), 'record.jsonl'), verdict: 'pass', outcome: 'contained' };
const livelocked: RunSummary = {
  ...summarizeRecord(compose({ request: silentBetween(10_000, 50_000) }), 'record.jsonl'),
  verdict: 'fail',
  outcome: 'livelocked',
  missed: [{ bound: 'outcomes', sentence: 'Expected contained, and it was livelocked.' }],
  reasons: ['Expected contained, and it was livelocked.', 'Nobody answered.'],
};
const broken: RunSummary = { ...well, ...brokenOff({ code: 'QEMU_DIED', message: 'QEMU died.' }) };
const answer = (question: string, run: RunSummary, placeIndex: number | null = null): Answer => ({
  question,
  placeIndex,
  asks: `a ${question}`,
  run,
});

t.test('safe, unsafe, undecided', async (t) => {
  t.match(judgeSafety([answer('a', well), answer('b', well)]), { safety: 'SAFE', reasons: [/2 drills/] });
  t.same(judgeSafety([answer('a', broken), answer('b', livelocked)]), {
    safety: 'UNSAFE',
    reasons: ['a b: livelocked. Nobody answered.'],
  });
  t.same(judgeSafety([answer('a', well), answer('b', broken)]), {
    safety: 'UNDECIDED',
    reasons: ['a b: error. QEMU died.'],
  });
  const bound = 'Nobody should have been killed, and somebody was.';
  const killed: RunSummary = {
    ...livelocked,
    missed: [...livelocked.missed, { bound: 'killed', sentence: bound }],
    reasons: [...livelocked.reasons.slice(0, 1), bound, 'Nobody answered.'],
  };
  t.same(
    judgeSafety([answer('a', killed)]).reasons,
    [`a a: livelocked. ${bound}`],
    'a bound says more than the outcome',
  );
  t.equal(judgeSafety([]).safety, 'UNDECIDED');
  t.match(judgeSafety([answer('a', well)], false), { safety: 'UNDECIDED', reasons: [/broken off/] });
  t.equal(judgeSafety([answer('a', livelocked)], false).safety, 'UNSAFE', 'one bad answer is enough');
  t.same(exitCodeOfSafety, { SAFE: 0, UNSAFE: 1, UNDECIDED: 2 });
});

t.test('better and worse', async (t) => {
  const gap = (run: RunSummary, longestGapMs: number): RunSummary => ({
    ...run,
    evidence: run.evidence && { ...run.evidence, longestGapMs },
  });
  const change = (before: RunSummary, after: RunSummary) =>
    compareAnswers([answer('a', before)], [answer('a', after)])[0]?.change;
  t.equal(change(livelocked, well), 'better');
  t.equal(change(well, livelocked), 'worse');
  t.equal(change(gap(well, 300), gap(well, 1_200)), 'same');
  t.equal(change(gap(well, 300), gap(well, 4_000)), 'worse');
  t.equal(change(gap(well, 4_000), gap(well, 300)), 'better');
  t.equal(change(gap(well, 8_000), gap(well, 7_000)), 'same');
  const missed: RunSummary = { ...well, verdict: 'fail' };
  t.equal(change(missed, well), 'better', 'contained both times, and a bound was missed');
  t.equal(change(well, missed), 'worse');
  t.equal(change(broken, well), 'unknown');
  t.same(compareAnswers([answer('a', well)], [answer('b', well)]), []);
  t.match(
    compareAnswers([answer('plateau', well)], [answer('plateau', gap(well, 300), 0), answer('plateau', livelocked, 1)]),
    [{ question: 'plateau', change: 'worse', after: { outcome: 'livelocked' } }],
    'one place before and several now: the worst of them counts',
  );
  const places = (...runs: RunSummary[]) => runs.map((run, at) => answer('plateau', run, at));
  t.match(
    compareAnswers([answer('plateau', well)], places(broken, livelocked)),
    [{ change: 'worse', after: { outcome: 'livelocked' } }],
    'a place that is known to be bad counts more than one that proved nothing',
  );
  t.match(compareAnswers([answer('plateau', well)], places(well, broken, well)), [{ change: 'unknown' }]);
  t.match(compareAnswers([answer('plateau', well)], places(well, missed)), [{ change: 'worse' }]);
});
