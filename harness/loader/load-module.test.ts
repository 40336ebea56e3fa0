import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { execa } from 'execa';
import t, { type Test } from 'tap';
import { assets } from '../core/assets.js';
import { OomdrillError as OurError } from '../core/errors.js';
import { ODD_FOLDER, ODD_NAMES } from '../testing/odd-names.js';
import { guardLoad } from './guard-load.js';
import { loadDefaultExport } from './load-module.js';

const load = (t: Test, files: Record<string, string>, name = Object.keys(files)[0] ?? '') =>
  loadDefaultExport(join(t.testdir(files), name));

t.test('a TypeScript file with its imports, in a folder without a package.json', async (t) => {
  const files = {
    'night.ts': `import { OomdrillError } from 'oomdrill';
      import { size, Size } from './size.js';
      const bytes: Size = size;
      await Promise.resolve();
      export default { bytes, url: import.meta.url, OomdrillError };`,
    'size.ts': 'export interface Size { n: number }\nexport const size: Size = { n: 1 };',
  };
  const loaded = (await load(t, files)) as Record<string, unknown>;
  t.match(loaded, { bytes: { n: 1 }, url: /^file:.*night\.ts$/ });
  t.equal(loaded.OomdrillError, OurError, 'the library is this instance');
});

t.test('JavaScript, JSON, and a file that exports nothing', async (t) => {
  t.equal(await load(t, { 'a.js': 'export default 1' }), 1);
  t.equal(await load(t, { 'a.mjs': 'export default 2' }), 2);
  t.same(await load(t, { 'a.json': '{ "out": "x" }' }), { out: 'x' });
  t.equal(await load(t, { 'a.ts': 'export const a = 1' }), undefined);
  t.equal(await load(t, { 'b.ts': '' }), undefined);
  t.equal(await load(t, { 'c.ts': 'export default Promise.resolve(3)' }), 3, 'a forgotten await');
});

t.test('a folder of any name', async (t) => {
  const files = { 'night.ts': 'import { n } from "./n.js";\nexport default n;', 'n.ts': 'export const n: number = 1;' };
  for (const name of [...ODD_NAMES, ODD_FOLDER]) {
    const file = join(t.testdir({ [name]: files }), name, 'night.ts');
    if (name.includes('\\')) await t.rejects(loadDefaultExport(file), { code: 'MODULE_LOAD', message: /a backslash/ });
    else t.equal(await loadDefaultExport(file), 1, name);
  }
});

t.test('CommonJS', async (t) => {
  t.same(await load(t, { 'd.js': 'module.exports = { out: require("node:path").join("x") };' }), { out: 'x' });
  t.same(await load(t, { 'a.cts': 'module.exports = { out: "x" };' }), { out: 'x' });
  t.same(await load(t, { 'a.cjs': 'module.exports = { out: "x" };' }), { out: 'x' });
  t.equal(await load(t, { 'b.js': 'exports.default = 1; exports.__esModule = true;' }), 1, 'as compilers write it');
  t.equal(await load(t, { 'c.js': '' }), undefined);
});

t.test('what is wrong with a file, and where', async (t) => {
  const refused: Record<string, [Record<string, string>, RegExp]> = {
    'it throws': [
      { 'a.ts': 'const n: number = 1;\n\nthrow new Error("boom");' },
      /a\.ts:3 could not be loaded: boom\.$/,
    ],
    'it does not parse': [
      { 'a.ts': 'export default {\n  a: ;\n};' },
      /a\.ts:2 could not be loaded: Unexpected token\.$/,
    ],
    'it imports no file': [
      { 'a.ts': 'import "./b.js";' },
      /a\.ts could not be loaded: it imports \.\/b\.js, which is not there\.$/,
    ],
    'it imports no package': [
      { 'a.ts': 'import "nope";' },
      /a\.ts could not be loaded: it imports nope, which is not there\.$/,
    ],
    'it calls what the library lacks': [
      { 'a.ts': 'import { hug } from "oomdrill";\nexport default hug();' },
      /a\.ts:2 could not be loaded: .*hug\) is not a function\.$/,
    ],
    'it calls the library without what that needs': [
      { 'a.ts': 'import { hog } from "oomdrill";\n(hog as () => void)();\nexport default import.meta;' },
      /^[^ ]*a\.ts:2 could not be loaded: Cannot destructure .*\.$/,
    ],
    'a file that it imports throws': [
      { 'a.ts': 'import "./b.js";', 'b.ts': 'throw new Error("boom");' },
      /a\.ts could not be loaded: .*b\.ts:1: boom\.$/,
    ],
    'it throws no error': [{ 'a.ts': 'throw "boom";' }, /a\.ts could not be loaded: boom\.$/],
    'it throws undefined': [{ 'a.ts': 'throw undefined;' }, /a\.ts could not be loaded: undefined\.$/],
    'it throws an object': [
      { 'a.ts': 'throw { a: 1, b: { c: 2 } };' },
      /could not be loaded: \{"a":1,"b":\{"c":2\}\}\.$/,
    ],
    'it throws an object without a text': [{ 'a.ts': 'throw Object.create(null);' }, /could not be loaded: \{\}\.$/],
    'its error has no message': [{ 'a.ts': 'throw new TypeError();' }, /a\.ts:1 could not be loaded: TypeError\.$/],
    'it exports what fails': [{ 'a.ts': 'export default Promise.reject(new Error("boom"));' }, /a\.ts:1 .*: boom\.$/],
    'what fails is not awaited': [
      { 'a.ts': 'void Promise.reject(new Error("boom"));\nawait new Promise((r) => setTimeout(r, 50));' },
      /a\.ts:1 could not be loaded: boom\.$/,
    ],
    'it is not JSON': [
      { 'a.json': '{ "a":\n }' },
      /a\.json is not JSON: Unexpected token '?}'?(?: in JSON at position 8)?\.$/,
    ],
  };
  for (const [name, [files, message]] of Object.entries(refused))
    await t.rejects(load(t, files), { code: 'MODULE_LOAD', kind: 'usage', message }, name);
  await t.rejects(load(t, {}, 'none.ts'), { code: 'MODULE_MISSING', message: /^There is no file at .*none\.ts\.$/ });
});

t.test('only regular files are opened', async (t) => {
  const dir = t.testdir({ 'dir.ts': {}, 'link.ts': t.fixture('symlink', '/nowhere') });
  execFileSync('mkfifo', [join(dir, 'pipe.ts')]);
  for (const name of ['dir.ts', 'pipe.ts'])
    await t.rejects(loadDefaultExport(join(dir, name)), {
      code: 'MODULE_MISSING',
      message: /: it is a (directory|named pipe), not a file\.$/,
    });
  await t.rejects(loadDefaultExport(join(dir, 'link.ts')), {
    code: 'MODULE_MISSING',
    message: /^There is no file at /,
  });
});

t.test('a file that never ends to load, or ends the program', async (t) => {
  const message = 'a.ts could not be loaded: it was not done after 0.01 s.';
  const busy = setInterval(() => {}, 1_000);
  await t.rejects(
    guardLoad('a.ts', () => new Promise(() => {}), 10),
    { code: 'MODULE_LOAD', message },
  );
  clearInterval(busy);
  const typescript = join(assets.root, 'scripts', 'typescript-loader.mjs');
  for (const text of ['await new Promise(() => {});', 'export default new Promise(() => {});', 'process.exit(0);']) {
    const dir = t.testdir({ 'a.ts': text });
    const loader = join(assets.root, 'harness', 'loader', 'load-module.ts');
    const script = `import(${JSON.stringify(loader)}).then(({ loadDefaultExport }) => loadDefaultExport('a.ts'))`;
    const { stderr, exitCode } = await execa(process.execPath, ['--import', typescript, '-e', script], {
      cwd: dir,
      reject: false,
    });
    t.match(stderr, /^oomdrill: a\.ts could not be loaded: it ended the program, or .* \[MODULE_LOAD\]$/m);
    t.equal(exitCode, 64);
    const itself = script.replaceAll('loadDefaultExport', 'runDefaultExport');
    const run = await execa(process.execPath, ['--import', typescript, '-e', itself], { cwd: dir, reject: false });
    t.match(run, { stderr: '', exitCode: 0 }, 'a program may end');
  }
});

t.test("an error of the library's stays as it is", async (t) => {
  const files = { 'a.ts': 'import { loadBundle } from "oomdrill";\nexport default await loadBundle("./none");' };
  await t.rejects(load(t, files), { code: 'BUNDLE_MISSING' });
});
