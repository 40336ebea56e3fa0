import t from 'tap';
import { readBackError } from '../systemd/read-back.js';
import type { Verdict } from '../verdict/summary.js';
import { DEVVM_BUNDLES } from '../workload/t3/devvm.js';
import { breakBundle, type Mutant } from './mutant.js';
import { countScore } from './score.js';
import { type MutantResult, type Trial, tryMutants } from './trial.js';

const devvm = (() => {
  const [first] = DEVVM_BUNDLES;
  if (!first) throw new Error('there is no bundle');
  return first;
})();

const mutant = (name: string, ...noticedBy: [string, ...string[]]): Mutant => ({
  name,
  breaks: 'Something is broken.',
  belief: 'It holds.',
  noticedBy,
  apply: (bundle) => ({ ...bundle, files: [...bundle.files, { path: `etc/${name}`, text: '' }] }),
});
const unfit: Mutant = { ...mutant('unfit', 'first'), apply: () => undefined };
const notMade: Mutant = {
  ...mutant('not-made', 'first'),
  apply: () => {
    throw readBackError('x.service', 'MemoryMax=1G', 'no MemoryMax=');
  },
};

/**
 * Tries mutants with these verdicts, by `scenario of mutant`; by default the original passes, and a mutant fails.
 */
async function tryIn(verdicts: Readonly<Record<string, Verdict>>, mutants: readonly Mutant[], baselineRounds = 1) {
  const drilled: string[] = [];
  const baseline: Trial[] = [];
  const results: MutantResult[] = [];
  await tryMutants(
    mutants.map((each) => breakBundle(devvm, each)),
    async (scenario, broken) => {
      const what = `${scenario} of ${broken?.mutant.name ?? 'original'}`;
      drilled.push(what);
      const verdict = verdicts[what] ?? (broken ? 'fail' : 'pass');
      return {
        scenario,
        verdict,
        outcome: 'contained',
        expected: ['contained'],
        reasons: [what],
        record: null,
        ms: 1_000,
      };
    },
    {
      baselineRounds,
      onBaseline: (trial) => baseline.push(trial),
      onMutant: (result) => results.push(result),
    },
  );
  const fates = Object.fromEntries(results.map(({ mutant: { name }, fate }) => [name, fate]));
  return { drilled, fates, score: countScore(baseline, results) };
}

t.test('the minimum of drills is one per mutant, and one per scenario that is used', async (t) => {
  const { drilled, fates, score } = await tryIn({}, [mutant('a', 'first', 'second'), mutant('b', 'first'), unfit]);
  t.same(drilled, ['first of original', 'first of a', 'first of b']);
  t.same(fates, { a: 'killed', b: 'killed', unfit: 'inapplicable' });
  t.match(score, { mutants: 2, killed: 2, percent: 100, inapplicable: ['unfit'], drills: 3, exitCode: 0 });
});

t.test('a second scenario is drilled on the original only when it is needed', async (t) => {
  const { drilled, fates } = await tryIn({ 'first of a': 'pass' }, [
    mutant('a', 'first', 'second'),
    mutant('b', 'first'),
  ]);
  t.same(drilled, ['first of original', 'first of a', 'second of original', 'second of a', 'first of b']);
  t.same(fates, { a: 'killed', b: 'killed' });
});

t.test('a mutant that passes all its scenarios survives', async (t) => {
  const { fates, score } = await tryIn({ 'first of a': 'pass' }, [mutant('a', 'first'), mutant('b', 'first')]);
  t.same(fates, { a: 'survived', b: 'killed' });
  t.match(score, { percent: 50, survivors: ['a'], exitCode: 1 });
});

t.test('a drill that proves nothing leaves the mutant undecided', async (t) => {
  for (const verdict of ['error', 'inconclusive', 'skip'] as const) {
    const alone = await tryIn({ 'first of a': verdict }, [mutant('a', 'first')]);
    t.same(alone.fates, { a: 'undecided' }, verdict);
    t.match(alone.score, { percent: null, undecided: ['a'], exitCode: 2 });
    const passedNext = await tryIn({ 'first of a': verdict, 'second of a': 'pass' }, [mutant('a', 'first', 'second')]);
    t.same(passedNext.fates, { a: 'undecided' }, 'a pass of the next scenario does not decide');
    const killedNext = await tryIn({ 'first of a': verdict }, [mutant('a', 'first', 'second')]);
    t.same(killedNext.fates, { a: 'killed' }, 'a fail of the next scenario decides');
  }
});

t.test('a scenario that fails on the original kills no mutant', async (t) => {
  const { drilled, fates, score } = await tryIn({ 'first of original': 'fail' }, [
    mutant('a', 'first'),
    mutant('b', 'first', 'second'),
  ]);
  t.same(drilled, ['first of original', 'second of original', 'second of b']);
  t.same(fates, { a: 'undecided', b: 'killed' });
  t.match(score, { falseAlarms: 1, baselineDrills: 2, exitCode: 1 });
  const unproved = await tryIn({ 'first of original': 'inconclusive' }, [mutant('b', 'first', 'second')]);
  t.match(unproved.score, { falseAlarms: 0, killed: 1, exitCode: 2 });
});

t.test('the original is drilled as often as requested, or not at all', async (t) => {
  const many = await tryIn({}, [mutant('a', 'first')], 3);
  t.same(many.drilled, ['first of original', 'first of original', 'first of original', 'first of a']);
  t.match(many.score, { baselineDrills: 3, falseAlarms: 0 });
  const none = await tryIn({}, [mutant('a', 'first')], 0);
  t.same(none.drilled, ['first of a']);
  t.match(none.score, { baselineDrills: 0, exitCode: 0 });
});

t.test('a mutant that was not made is not drilled, did not survive, and leaves the result open', async (t) => {
  const { drilled, fates, score } = await tryIn({}, [mutant('a', 'first'), notMade]);
  t.same(drilled, ['first of original', 'first of a']);
  t.same(fates, { a: 'killed', 'not-made': 'not-made' });
  t.match(score, { mutants: 1, percent: 100, notMade: ['not-made'], survivors: [], inapplicable: [], exitCode: 2 });
  const broken = () => {
    throw new TypeError('a bug');
  };
  t.throws(() => breakBundle(devvm, { ...unfit, apply: broken }), TypeError, 'any other error is a bug of ours');
});

t.test('where no drill proves anything there is no score', async (t) => {
  const { score } = await tryIn({ 'first of original': 'error' }, [mutant('a', 'first'), mutant('b', 'first')]);
  t.match(score, { mutants: 2, killed: 0, percent: null, undecided: ['a', 'b'], exitCode: 2 });
});

t.test('without a mutant that applies, the exit status is 2', async (t) => {
  t.match((await tryIn({}, [unfit])).score, { mutants: 0, percent: null, exitCode: 2 });
});
