import t from 'tap';
import { loadBundle } from '../bundle/load.js';
import { assets } from '../core/assets.js';
import { hog } from '../inject/memory-hog/hog.js';
import { between, beyondMax } from '../inject/memory-hog/target.js';
import { completeScenario } from './complete-scenario.js';

const declared = {
  hypothesis: 'A runaway is killed.',
  bundle: 'devvm',
  injections: [hog({ target: beyondMax })],
  expect: { outcomes: ['contained'] },
};

t.test('what a declaration leaves out', async (t) => {
  const scenario = await completeScenario(declared, 'drills/night.ts');
  t.match(scenario, {
    name: 'night',
    control: false,
    requires: ['cgroup-v2', 'psi'],
    suite: 'nightly',
    phases: { baselineMs: 5_000, holdMs: 25_000, recoveryMs: 20_000 },
    injections: [{ name: 'hog', comm: 'hog' }],
  });
  t.same(await completeScenario(scenario, 'drills/night.ts'), scenario, 'a complete one stays as it is');
  const { phases } = await completeScenario(
    { ...declared, phases: { holdMs: 60_000, baselineMs: undefined } },
    'a.mts',
  );
  t.same(phases, { baselineMs: 5_000, holdMs: 60_000, recoveryMs: 20_000 });
  t.match(
    [hog({ comm: 'ugrep', target: beyondMax }), hog({ name: 'a', target: beyondMax })],
    [
      { name: 'ugrep', comm: 'ugrep' },
      { name: 'a', comm: 'a' },
    ],
  );
});

t.test('a bundle by name, by a path from the file, and as an object', async (t) => {
  const loaded = async (bundle: unknown, file = 'x.ts') =>
    (await completeScenario({ ...declared, bundle }, file)).bundle;
  t.equal((await (await loaded('devvm')).load()).name, 'devvm');
  const kep = await loaded('../kep-2570', assets.bundle('devvm', 'x.ts'));
  t.equal(kep.name, 'kep-2570');
  t.equal(
    (await kep.load()).manifest.serving.unit,
    (await loadBundle(assets.bundle('kep-2570'))).manifest.serving.unit,
  );
  const own = { ...(await loadBundle(assets.bundle('devvm'))), name: 'changed' };
  const source = await loaded(own);
  t.equal(source.name, 'changed');
  t.equal(await source.load(), own);
  t.equal(await loaded(source), source);
  await t.rejects((await loaded('./none', '/x/y.ts')).load(), { code: 'BUNDLE_MISSING', message: /\/x\/none/ });
  await t.rejects((await loaded('devm')).load(), { code: 'BUNDLE_MISSING' });
});

t.test('what is wrong, with the file and the field', async (t) => {
  const [first] = declared.injections;
  const refused: [string, unknown, RegExp, RegExp?][] = [
    ['no object', 5, /^d\/a\.ts: the scenario must be an object \(got 5\)\.$/],
    ['an unknown field', { ...declared, hypotesis: 'x' }, /there is no field hypotesis/, /Did you mean hypothesis\?/],
    ['a missing field', { ...declared, hypothesis: undefined }, /^d\/a\.ts: hypothesis is missing\.$/],
    ['no bundle', { ...declared, bundle: undefined }, /bundle is missing/],
    ['no such bundle', { ...declared, bundle: 5 }, /bundle must be a path that begins with \.\//],
    ['half a bundle', { ...declared, bundle: { name: 'x' } }, /bundle must be/],
    ['an unknown suite', { ...declared, suite: 'weekly' }, /suite must be core or nightly or full \(got "weekly"\)/],
    ['no outcome', { ...declared, expect: { outcomes: [] } }, /expect\.outcomes /],
    ['an unknown outcome', { ...declared, expect: { outcomes: ['fine'] } }, /expect\.outcomes\.0 must be /],
    [
      'an unknown bound',
      { ...declared, expect: { outcomes: ['contained'], gapMs: 5 } },
      /there is no field expect\.gapMs/,
    ],
    ['no injection', { ...declared, injections: [] }, /injections must hold an injection/],
    ['injections as one object', { ...declared, injections: first }, /injections must be a list/],
    [
      'no kind',
      { ...declared, injections: [{ ...first, kind: undefined }] },
      /injections\.0 must be declared by a function/,
    ],
    [
      'a wrong target',
      { ...declared, injections: [{ ...first, target: '12G' }] },
      /injections\.0\.target must be total/,
    ],
    ['no target', { ...declared, injections: [{ ...first, target: undefined }] }, /injections\.0\.target is missing/],
    [
      'a fraction',
      { ...declared, injections: [hog({ target: between(2) })] },
      /target\.fraction must be at most 1 \(got 2\)/,
    ],
    ['a wrong size', { ...declared, injections: [{ ...first, rate: '10 megs' }] }, /rate must be a size such as 12G/],
    [
      'a misspelt field of a hog',
      { ...declared, injections: [{ ...first, task: 2 }] },
      /no field injections\.0\.task/,
      /tasks/,
    ],
    ['a bystander', { ...declared, bystanders: [5] }, /bystanders\.0 must be declared/],
    ['another name', { ...declared, name: 'b' }, /bears the name of its file/],
    ['a phase', { ...declared, phases: { hold: 5 } }, /there is no field phases\.hold/],
  ];
  for (const [name, value, message, hint = /./] of refused)
    await t.rejects(
      completeScenario(value, 'd/a.ts'),
      { code: 'SCENARIO_INVALID', kind: 'usage', message, hint },
      name,
    );
  await t.rejects(completeScenario(declared, 'd/my night.ts'), { message: /must be renamed/ });
});
