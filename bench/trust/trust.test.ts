import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import t from 'tap';
import { showProgress } from '../../harness/command/progress.js';
import { assets } from '../../harness/core/assets.js';
import { NOISY } from './cells.js';
import { decideReliability, wilsonInterval } from './interval.js';
import { beginsHold, NOISES } from './noises.js';
import { renderTrustPage, summarizeNoise, summarizeTrust } from './page.js';
import { isDecided, isWrong, RESULTS, readTrustResults, type TrustResult } from './results.js';

const RESULT: TrustResult = {
  at: '2026-11-26T23:00:00.000Z',
  commit: 'abc1234',
  scenario: '2026-07-02-fixed',
  guest: 'trixie',
  scale: '1/8',
  accelerator: 'tcg',
  truth: 'pass',
  status: 0,
  verdict: 'pass',
  outcome: 'contained',
  reason: 'Nothing was killed.',
  seconds: 80,
};

t.test('the interval is that of the literature', (t) => {
  const { from, to } = wilsonInterval(20, 20);
  t.equal(to.toFixed(3), '1.000');
  t.equal(from.toFixed(3), '0.839');
  t.strictSame(
    [wilsonInterval(5, 10)].map(({ from, to }) => [from.toFixed(3), to.toFixed(3)]),
    [['0.237', '0.763']],
  );
  t.strictSame(wilsonInterval(0, 0), { from: 0, to: 1 }, 'nothing is known of nothing');
  t.end();
});

t.test('enough was drilled', (t) => {
  t.equal(decideReliability(14, 14), 'open');
  t.equal(decideReliability(15, 15), 'reliable');
  t.equal(decideReliability(0, 2), 'not reliable');
  t.equal(decideReliability(15, 16), 'open', 'one that differs asks for more');
  t.end();
});

t.test('every claim meets every noise, and the first of the cells all kinds of it', (t) => {
  const names = NOISY.map(({ scenario, bundle = '', noise }) => `${scenario} ${bundle} ${noise?.name}`);
  t.equal(new Set(names).size, 4 * NOISES.length);
  t.equal(new Set(NOISY.slice(0, NOISES.length).map(({ noise }) => noise)).size, NOISES.length);
  t.equal(new Set(NOISY.slice(0, 4).map(({ scenario, bundle }) => `${scenario} ${bundle}`)).size, 4);
  t.end();
});

t.test('a hold is seen in the progress as the command line prints it', (t) => {
  const printed: string[] = [];
  const stream = new PassThrough().setEncoding('utf8').on('data', (text) => printed.push(text));
  const { progress } = showProgress(stream, { quiet: false, env: {} }, () => 0);
  progress('hold: 25.0 s; hog is holding');
  progress('growth towards the hold: slow');
  setImmediate(() => {
    t.strictSame(printed.map(beginsHold), [true, false], printed.join(''));
    t.end();
  });
});

t.test('what is wrong', (t) => {
  t.notOk(isWrong(RESULT));
  t.ok(isWrong({ ...RESULT, verdict: 'fail', status: 1 }), 'a false failure');
  t.ok(isWrong({ ...RESULT, truth: 'fail' }), 'a false pass');
  const open: TrustResult = { ...RESULT, verdict: 'inconclusive', outcome: 'inconclusive', status: 2 };
  t.notOk(isWrong(open) || isDecided(open));
  t.ok(isWrong({ ...open, status: 1 }), 'a status that says more than was proved');
  t.end();
});

t.test('the page tells every wrong verdict', (t) => {
  const noisy: TrustResult = { ...RESULT, noise: 'a disk hog', verdict: 'fail', status: 1, reason: 'It was slow.' };
  const page = renderTrustPage([RESULT, RESULT, { ...noisy, firstTry: 'The host was busy.' }]);
  t.match(page, '| 2026-07-02-fixed | trixie | 1/8 | contained | 2 of 2 |');
  t.match(page, '| a disk hog | 1 | 1 | 0 | 1 | 0 |');
  t.match(page, '| a disk hog | 1 | 1 | 0 |\n', 'its first try was spoiled');
  t.match(page, '- `2026-07-02-fixed`, a disk hog: fail, contained, status 1. It was slow.');
  t.notMatch(renderTrustPage([RESULT]), 'that were wrong');
  t.match(renderTrustPage([]), 'Nothing was drilled yet.');
  t.end();
});

t.test('the results in the repository', (t) => {
  const readme = readFileSync(join(assets.root, 'README.md'), 'utf8').replace(/\s+/g, ' ');
  t.match(readme, summarizeNoise(readTrustResults(RESULTS)), 'the README tells those of today');
  t.match(summarizeTrust(readTrustResults(RESULTS)), /^\d+ drills: /);
  t.end();
});
