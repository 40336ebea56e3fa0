import t from 'tap';
import { createMutantListDocument, createMutationDocument } from '../contract/mutation.js';
import { breakBundle } from '../mutate/mutant.js';
import { findMutants } from '../mutate/mutants.js';
import { countScore } from '../mutate/score.js';
import type { MutantResult, Trial } from '../mutate/trial.js';
import { DEVVM_BUNDLES } from '../workload/t3/devvm.js';
import { renderMutants, renderMutation } from './mutation.js';

const NAMES = ['unit-oom-policy-dropped', 'unit-high-at-75', 'unit-swap-allowed', 'docker-slice-removed'];
const [policy, high, swap, docker] = findMutants(NAMES);
const bundle = DEVVM_BUNDLES.find(({ name }) => name === 'devvm-2026-06-22');
if (!bundle || !policy || !high || !swap || !docker) throw new Error('a bundle or a mutant is missing');

const trial = (changes: Partial<Trial>): Trial => ({
  scenario: 'runaway-past-max',
  verdict: 'pass',
  outcome: 'contained',
  expected: ['contained'],
  reasons: ['The kernel killed the hog.'],
  record: null,
  ms: 64_000,
  ...changes,
});
const killed = trial({ verdict: 'fail', outcome: 'unit-stopped' });
const broken = trial({ verdict: 'error', outcome: null, reasons: ['QEMU died.'], record: 'reports/a/record.jsonl' });

const ALL_KILLED: MutantResult[] = [{ mutant: policy, fate: 'killed', trials: [trial({}), killed] }];
const MIXED: MutantResult[] = [
  { mutant: policy, fate: 'killed', trials: [trial({ verdict: 'fail', reasons: ['It rose too far.'] })] },
  { mutant: high, fate: 'survived', trials: [trial({})] },
  { mutant: swap, fate: 'undecided', trials: [broken] },
  { mutant: docker, fate: 'inapplicable', trials: [] },
];

t.test('mutants', async (t) => {
  t.matchSnapshot(
    renderMutants(
      findMutants(NAMES).map((mutant) => breakBundle(bundle, mutant)),
      60,
    ),
  );
});

t.test('all killed', async (t) => {
  const baseline = [trial({})];
  t.matchSnapshot(renderMutation('devvm', baseline, ALL_KILLED, countScore(baseline, ALL_KILLED)));
});

t.test('survivors, and mutants that were not decided', async (t) => {
  const baseline = [trial({}), trial({ verdict: 'fail', outcome: 'degraded', reasons: ['The gap was long.'] })];
  t.matchSnapshot(renderMutation('devvm', baseline, MIXED, countScore(baseline, MIXED)));
  const nothing = MIXED.slice(3);
  t.match(
    renderMutation('devvm', [], nothing, countScore([], nothing)),
    /no mutant applies to devvm\n(.*\n)*.*was not drilled/,
  );
});

t.test('a score is not made up', async (t) => {
  const baseline = [trial({ verdict: 'error', outcome: null, reasons: ['QEMU could not start.'] })];
  const results: MutantResult[] = [
    { mutant: policy, fate: 'undecided', trials: [] },
    { mutant: high, fate: 'undecided', trials: [] },
    { mutant: swap, fate: 'not-made', why: 'x.service could not be changed.', trials: [] },
  ];
  const text = renderMutation('devvm', baseline, results, countScore(baseline, results));
  t.match(text, /^devvm unchanged, runaway-past-max: error\. QEMU could not start\.$/m);
  t.match(text, /^no mutation score of devvm: 1 drill decided nothing about any of its 2 mutants$/m);
  t.match(text, /^not made: 1 \(unit-swap-allowed\)$/m);
  t.match(text, /^not made: unit-swap-allowed\. .*\n {4}x\.service could not be changed\.$/m);
  t.notMatch(text, /0\.0 %/);
  const score = countScore(baseline, results);
  t.match(createMutationDocument({ bundle: 'devvm', baseline, results, score }), {
    mutants: [{}, {}, { fate: 'not-made', why: 'x.service could not be changed.' }],
    score: { percent: null, notMade: ['unit-swap-allowed'], exitCode: 2 },
  });
});

t.test('as JSON: everything except the function that breaks the bundle', async (t) => {
  const { apply: _, ...facts } = policy;
  const score = countScore([], ALL_KILLED);
  const document = createMutationDocument({ bundle: bundle.name, baseline: [], results: ALL_KILLED, score });
  t.strictSame(document, {
    schema: 'oomdrill.mutation/1',
    bundle: 'devvm-2026-06-22',
    baseline: [],
    mutants: [{ ...facts, fate: 'killed', trials: [trial({}), killed] }],
    score,
    part: undefined,
  });
  const list = createMutantListDocument(bundle.name, [breakBundle(bundle, policy)]);
  t.strictSame(list.mutants, [{ ...facts, applies: true, why: undefined }]);
});
