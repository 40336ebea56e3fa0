import t from 'tap';
import { loadBundle } from '../bundle/load.js';
import { assets } from '../core/assets.js';
import { type HogShape, hog } from '../inject/memory-hog/hog.js';
import { between, beyondMax, total } from '../inject/memory-hog/target.js';
import type { Place } from '../inject/place.js';
import { completeScenario } from './complete-scenario.js';

const declared = {
  hypothesis: 'A runaway is killed.',
  bundle: 'devvm',
  injections: [hog({ target: beyondMax })],
  expect: { outcomes: ['contained'] },
};

const withHog = (shape: HogShape) => ({ ...declared, injections: [hog(shape)] });

const placed = (place: unknown) => withHog({ target: beyondMax, place: place as Place });

function declareNothing() {}

class Throwing {
  get hypothesis(): string {
    throw new Error('boom');
  }
}

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
  await t.rejects((await loaded('./none', '/x/y.ts')).load(), {
    code: 'BUNDLE_MISSING',
    message: '/x/y.ts: There is no bundle at /x/none: could not read bundle.json.',
    cause: { code: 'BUNDLE_MISSING', cause: { code: 'ENOENT' } },
  });
  await t.rejects((await loaded('devm')).load(), { code: 'BUNDLE_MISSING', message: /^x\.ts: There is no bundle/ });
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
    [
      'a wrong size',
      { ...declared, injections: [{ ...first, rate: '10 megs' }] },
      /rate must be a size above 0, such as 16G \(got "10 megs"\)/,
    ],
    [
      'a misspelt field of a hog',
      { ...declared, injections: [{ ...first, task: 2 }] },
      /no field injections\.0\.task/,
      /tasks/,
    ],
    ['a bystander', { ...declared, bystanders: [5] }, /bystanders\.0 must be declared/],
    ['another name', { ...declared, name: 'b' }, /bears the name of its file/],
    ['a phase', { ...declared, phases: { hold: 5 } }, /there is no field phases\.hold/],
    ['a phase that no timer waits for', { ...declared, phases: { holdMs: 1e15 } }, /phases\.holdMs must be at most /],
    ['no number', { ...declared, phases: { holdMs: Number.NaN } }, /holdMs must be a number \(got NaN\)/],
    ['a function', declareNothing, /the scenario must be an object \(got a function\)/],
    ['a large integer', { ...declared, suite: 5n }, /suite must be .* \(got 5\)/],
    ['what throws where it is read', new Throwing(), /d\/a\.ts: the scenario could not be read: boom\.$/],
    ['two lines', { ...declared, hypothesis: 'a\nb' }, /hypothesis must be a sentence in one line/],
    ['blanks', { ...declared, hypothesis: '  ' }, /hypothesis must be a sentence in one line/],
    ['no outcomes', { ...declared, expect: { outcomes: [] } }, /expect\.outcomes must hold at least 1\.$/],
    ['a repair of nothing', { ...declared, repair: { set: {}, stayMs: 1 } }, /repair\.set must hold properties/],
    [
      'an odd repair',
      { ...declared, repair: { set: { '--force': '1' }, stayMs: 1 } },
      /repair\.set must hold properties/,
    ],
    ['a rate of nothing', { ...declared, injections: [{ ...first, rate: '0' }] }, /rate must be a size above 0/],
    ['a size beyond all', withHog({ target: total('99999999999T') }), /target\.size must be a size above 0/],
    ['too many tasks', withHog({ target: beyondMax, tasks: 65 }), /tasks must be at most 64/],
    ['no program', withHog({ target: beyondMax, program: [''] }), /program\.0 must not be empty/],
    ['no process', withHog({ target: beyondMax, name: 'a', comm: 'a\n' }), /comm must be the name of a process/],
    ['a long name', withHog({ target: beyondMax, name: 'a'.repeat(51) }), /at most 50 letters/],
    ['a place of no kind', placed({ kind: 'moon' }), /place\.kind must be session, pane, container or scope\.$/],
    ['a place as a word', placed('container'), /place must be an object such as \{ kind: 'container' \}\.$/],
    ['a user like an option', placed({ kind: 'session', user: '-oX' }), /place\.user must be the name of a user/],
    ['a slice', placed({ kind: 'scope', slice: 'tools' }), /place\.slice must be the name of a slice/],
  ];
  for (const [name, value, message, hint = /./] of refused)
    await t.rejects(
      completeScenario(value, 'd/a.ts'),
      { code: 'SCENARIO_INVALID', kind: 'usage', message, hint },
      name,
    );
  await t.rejects(completeScenario(declared, 'd/my night.ts'), { message: /must be renamed/ });
  await t.rejects(completeScenario(declared, `${'a'.repeat(101)}.ts`), { message: /at most 100 letters/ });
});

t.test('what is wrong with a bundle as an object', async (t) => {
  const bundle = await loadBundle(assets.bundle('devvm'));
  const { manifest, files } = bundle;
  const adding = (path: string, text = '') => ({ ...bundle, files: [...files, { path, text }] });
  const refused: [unknown, RegExp][] = [
    [{ ...bundle, name: '' }, /bundle\.name must be a name/],
    [{ ...bundle, name: 'a/b' }, /bundle\.name must be a name/],
    [{ ...bundle, name: '..' }, /bundle\.name must be a name/],
    [{ ...bundle, name: 'a\nb' }, /bundle\.name must be a name/],
    [{ name: 'a/b', load: async () => bundle }, /bundle\.name must be a name/],
    [{ load: async () => bundle }, /bundle\.name is missing/],
    [{ ...bundle, manifest: {} }, /bundle\.manifest\.description is missing/],
    [{ ...bundle, manifest: { ...manifest, disk: 1 } }, /no field bundle\.manifest\.disk/],
    [{ ...bundle, files: {} }, /bundle\.files must be a list/],
    [{ ...bundle, files: [{ path: 'etc/x' }] }, /bundle\.files\.0\.text is missing/],
    [{ ...bundle, files: [...files, ...files] }, /bundle\.files must not have one path twice/],
    [adding('../../etc/passwd'), /files\.\d+\.path must be a path below etc/],
    [adding('etc/../../x'), /path must be a path below etc/],
    [adding('/etc/passwd'), /path must be a path below etc/],
    [adding('usr/bin/x'), /path must be a path below etc/],
    [adding('etc/x/'), /path must be a path below etc/],
    [adding(''), /path must be a path below etc/],
    [adding('etc/x', 'a\0b'), /text must be text/],
    [Promise.resolve(bundle), /bundle must be a path that begins with/],
  ];
  for (const [value, message] of refused)
    await t.rejects(completeScenario({ ...declared, bundle: value }, 'a.ts'), { code: 'SCENARIO_INVALID', message });
  t.equal((await completeScenario({ ...declared, bundle: adding('etc/..x/a b') }, 'a.ts')).bundle.name, 'devvm');
});

t.test('what an object declares by getters counts', async (t) => {
  class Declaration {
    hypothesis = 'h.';
    bundle = 'devvm';
    injections = declared.injections;
    get expect() {
      return declared.expect;
    }
  }
  t.same((await completeScenario(new Declaration(), 'a.ts')).expect, declared.expect);
});
