import t from 'tap';
import { extendPackage } from './package-json.js';

const PARTS = {
  name: 'drills',
  scripts: { drill: 'oomdrill run', test: 'tap' },
  devDependencies: { oomdrill: '0.2.0', tap: '21.8.0' },
};
const extend = (text?: string) => extendPackage(text, PARTS, 'package.json');

t.test('a new package.json', async (t) => {
  const { text, isModule, conflicts } = extend();
  t.same(JSON.parse(text), {
    name: 'drills',
    private: true,
    type: 'module',
    scripts: PARTS.scripts,
    devDependencies: PARTS.devDependencies,
  });
  t.ok(text.endsWith('}\n'));
  t.equal(isModule, true);
  t.same(conflicts, []);
});

t.test('that of `npm install` alone becomes a module, and its oomdrill stays', async (t) => {
  const { text, isModule } = extend('{\n  "dependencies": {\n    "oomdrill": "file:../oomdrill-0.2.0.tgz"\n  }\n}\n');
  const { dependencies, devDependencies, type } = JSON.parse(text);
  t.same(
    { dependencies, devDependencies, type },
    {
      dependencies: { oomdrill: 'file:../oomdrill-0.2.0.tgz' },
      devDependencies: { tap: '21.8.0' },
      type: 'module',
    },
  );
  t.equal(isModule, true);
});

t.test('one that is there is only added to: order, indentation, line breaks and the type stay', async (t) => {
  const old =
    '{\r\n\t"version": "1.0.0",\r\n\t"scripts": {\r\n\t\t"z": "1",\r\n\t\t"a": "2"\r\n\t},\r\n\t"name": "infra"\r\n}';
  const { text, isModule } = extend(old);
  t.equal(
    text,
    [
      '{',
      '\t"version": "1.0.0",',
      '\t"scripts": {',
      '\t\t"z": "1",',
      '\t\t"a": "2",',
      '\t\t"drill": "oomdrill run",',
      '\t\t"test": "tap"',
      '\t},',
      '\t"name": "infra",',
      '\t"devDependencies": {',
      '\t\t"oomdrill": "0.2.0",',
      '\t\t"tap": "21.8.0"',
      '\t}',
      '}',
    ].join('\r\n'),
  );
  t.equal(isModule, false, 'files that end in .ts are CommonJS there');
  t.equal(extend('{ "type": "module", "name": "x" }').isModule, true);
});

t.test('a script of another value is a conflict; npm init has none', async (t) => {
  const withScripts = (scripts: object) => extend(JSON.stringify({ scripts }));
  t.same(withScripts({ test: 'jest', drill: 'x', z: 'y' }).conflicts, ['drill', 'test']);
  t.same(withScripts({ test: 'tap' }).conflicts, []);
  const placeholder = withScripts({ test: 'echo "Error: no test specified" && exit 1' });
  t.same(placeholder.conflicts, []);
  t.equal(JSON.parse(placeholder.text).scripts.test, 'tap');
});

t.test('dependencies that are there keep their versions', async (t) => {
  const text = JSON.stringify({ name: 'x', devDependencies: { tap: '^20' }, optionalDependencies: { oomdrill: '1' } });
  t.same(JSON.parse(extend(text).text).devDependencies, { tap: '^20' });
});

t.test('what cannot be a package.json', async (t) => {
  for (const [text, message] of [
    ['{', /^package\.json must be JSON: /],
    ['[]', /^package\.json must hold an object\.$/],
    ['{ "scripts": [] }', /^package\.json: scripts must be an object of strings\.$/],
    ['{ "devDependencies": { "tap": 21 } }', /^package\.json: devDependencies must be an object of strings\.$/],
  ] as const)
    t.throws(() => extend(text), { code: 'PACKAGE_INVALID', message }, text);
});
