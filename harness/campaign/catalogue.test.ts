import { join } from 'node:path';
import t from 'tap';
import { findScenarios, loadScenarios, loadSuite } from './catalogue.js';

/** The file of a user's scenario, with what it changes. */
const file = (changes = '') => `import { beyondMax, defineScenario, hog } from 'oomdrill';
export default await defineScenario(import.meta, {
  hypothesis: 'A runaway is killed.',
  bundle: 'devvm',
  injections: [hog({ target: beyondMax })],
  expect: { outcomes: ['contained'] },
  ${changes}
});`;

t.test('scenarios of a folder', async (t) => {
  const dir = t.testdir({
    'night.ts': file(),
    'day.js': file("suite: 'core',"),
    'v1.2.mts': file("suite: 'full',"),
    'night.test.ts': 'throw new Error("a test")',
    'types.d.ts': '',
    'notes.md': '',
    deeper: { 'x.ts': file() },
  });
  const names = async (found: ReturnType<typeof loadScenarios>) => (await found).map(({ name }) => name);
  t.same(await names(loadScenarios([dir])), ['day', 'night', 'v1.2']);
  t.same(await names(loadSuite('nightly', [dir])), ['day', 'night']);
  t.same(await names(findScenarios(['night'], [dir])), ['night']);
  t.same(await names(findScenarios([join(dir, 'deeper/x.ts'), 'day', 'day'], [dir])), ['x', 'day'], 'paths and names');
  t.same(await names(findScenarios([dir])), ['day', 'night', 'v1.2'], 'a folder');
  await t.rejects(findScenarios(['nights'], [dir]), { code: 'SCENARIO_UNKNOWN', hint: 'Did you mean night?' });
  await t.rejects(findScenarios(['brim'], [dir]), { code: 'SCENARIO_UNKNOWN', hint: /^It comes with oomdrill/ });
  t.same(await names(findScenarios(['brim', 'day'], [dir, 'oomdrill'])), ['brim', 'day'], "oomdrill's own as well");
  await t.rejects(findScenarios([join(dir, 'none.ts')]), { code: 'SCENARIO_UNKNOWN', message: /no scenario at/ });
  const often = [join(dir, 'night.ts'), join(dir, 'deeper/..', 'night.ts'), 'night', `${dir}/`];
  t.same(await names(findScenarios(often, [dir])), ['night', 'day', 'v1.2'], 'a file is drilled once');
  t.same(await names(loadScenarios([dir, `${dir}/`])), ['day', 'night', 'v1.2'], 'a folder that is named twice');
});

t.test('a folder by a word', async (t) => {
  const before = process.cwd();
  t.teardown(() => process.chdir(before));
  process.chdir(t.testdir({ 'a.ts': file(), 'b.ts': {}, drills: { 'x.ts': file() } }));
  t.match(await findScenarios(['.']), [{ name: 'a' }], 'a directory in it is not a scenario');
  await t.rejects(findScenarios(['drills']), { code: 'SCENARIO_UNKNOWN', hint: 'Its directory is ./drills.' });
});

t.test('folders that hold no scenario, or two of one name', async (t) => {
  const dir = t.testdir({
    a: { 'x.ts': file() },
    b: { 'x.js': file() },
    none: {},
    full: { 'y.ts': file("suite: 'full',") },
  });
  const [a, b] = [join(dir, 'a'), join(dir, 'b')];
  await t.rejects(loadScenarios([a, b]), { code: 'SCENARIO_TWICE', message: /x: .*a\/x\.ts and .*b\/x\.js/ });
  await t.rejects(findScenarios(['x'], [a, b]), { code: 'SCENARIO_TWICE' });
  await t.rejects(findScenarios([a, `${b}/`]), { code: 'SCENARIO_TWICE', message: /x: .*a\/x\.ts and .*b\/x\.js/ });
  await t.rejects(loadScenarios([join(dir, 'none')]), { code: 'SCENARIO_FOLDER', message: /There is no scenario in/ });
  await t.rejects(loadScenarios([join(dir, 'nowhere')]), { code: 'SCENARIO_FOLDER', message: /ENOENT/ });
  await t.rejects(loadSuite('nightly', [join(dir, 'full')]), { code: 'SUITE_EMPTY', hint: /larger suite/ });
});

t.test('files that are not scenarios', async (t) => {
  const load = (name: string, text: string) => findScenarios([join(t.testdir({ [name]: text }), name)]);
  await t.rejects(load('a.ts', 'export const a = 1;'), {
    code: 'SCENARIO_INVALID',
    message: /a\.ts exports no scenario/,
  });
  await t.rejects(load('b.ts', 'export default 5;'), { code: 'SCENARIO_INVALID', message: /must be an object/ });
  await t.rejects(load('c.ts', file("suit: 'core',")), { code: 'SCENARIO_INVALID', hint: 'Did you mean suite?' });
  await t.rejects(load('d.ts', 'throw new Error("no")'), { code: 'MODULE_LOAD' });
  const promised = file().replace('await ', '');
  t.match(await load('p.ts', promised), [{ name: 'p' }], 'a forgotten await');
});
