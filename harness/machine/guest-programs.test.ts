import { chmodSync, readdirSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { compileGuestProgram, ensureGuestProgram, findGuestProgram, HOG } from './guest-programs.js';

const { PATH = '', OOMDRILL_CACHE } = process.env;
t.teardown(() => {
  process.env.PATH = PATH;
  if (OOMDRILL_CACHE === undefined) delete process.env.OOMDRILL_CACHE;
  else process.env.OOMDRILL_CACHE = OOMDRILL_CACHE;
});

type Tap = typeof t;

/** A folder with a stand-in for gcc in PATH, an empty folder of shipped programs, and the cache. */
async function fakeGcc(t: Pick<Tap, 'testdir'>, script: string): Promise<string> {
  const dir = t.testdir({ shipped: {}, bin: { gcc: `#!/bin/sh\n${script}\n` } });
  chmodSync(join(dir, 'bin', 'gcc'), 0o755);
  process.env.PATH = `${join(dir, 'bin')}:/usr/bin:/bin`;
  process.env.OOMDRILL_CACHE = join(dir, 'cache');
  return dir;
}
const WRITE = 'while [ "$1" != -o ]; do shift; done; echo program >"$2"';

t.test('a shipped program is used as it is', async (t) => {
  const dir = await fakeGcc(t, 'echo called >&2; exit 1');
  const shippedDir = join(dir, 'shipped');
  t.equal(await findGuestProgram(HOG, { shippedDir }), undefined);
  await writeFile(join(shippedDir, HOG.name), 'shipped');
  t.equal(await ensureGuestProgram(HOG, { shippedDir }), join(shippedDir, HOG.name));
});

t.test('a program that is missing is built once, in the cache, and again for another source', async (t) => {
  const dir = await fakeGcc(t, WRITE);
  const shippedDir = join(dir, 'shipped');
  const built = await ensureGuestProgram(HOG, { shippedDir });
  t.equal(await readFile(built, 'utf8'), 'program\n');
  t.ok(built.startsWith(join(dir, 'cache', 'guest-programs')), built);
  t.equal(await findGuestProgram(HOG, { shippedDir }), built);
  t.same(readdirSync(shippedDir), [], 'nothing is written where oomdrill is installed');
  await writeFile(built, 'kept');
  t.equal(await ensureGuestProgram(HOG, { shippedDir }), built);
  t.equal(await readFile(built, 'utf8'), 'kept');
  const source = join(dir, 'hog.c');
  await writeFile(source, '/* another hog */');
  t.not(await ensureGuestProgram({ ...HOG, source }, { shippedDir }), built);
});

t.test('what a machine lacks is said, with what to do', async (t) => {
  const dir = await fakeGcc(t, 'echo "/usr/bin/ld: cannot find -lc: No such file or directory" >&2; exit 1');
  const shippedDir = join(dir, 'shipped');
  const hint = /npx oomdrill setup.*gcc and libc6-dev/;
  const ensure = () => ensureGuestProgram(HOG, { shippedDir });
  const code = 'TOOLKIT_MISSING';
  await t.rejects(ensure(), { code, kind: 'machine', message: /oomdrill-hog is missing.*C library's files/, hint });
  process.env.PATH = shippedDir;
  await t.rejects(ensure(), { code, message: /oomdrill-hog is missing.*gcc is not installed/, hint });
  const source = join(dir, 'none.c');
  await t.rejects(ensureGuestProgram({ ...HOG, source }, { shippedDir }), { code, message: source });
  const [hash = ''] = readdirSync(join(dir, 'cache', 'guest-programs'));
  t.same(readdirSync(join(dir, 'cache', 'guest-programs', hash)), [], 'no draft is left');
});

t.test('a source that does not compile', async (t) => {
  await fakeGcc(t, 'echo "hog.c:7: error: expected \';\'" >&2; exit 1');
  const file = join(t.testdirName, 'hog');
  await t.rejects(compileGuestProgram(HOG, file), { code: 'TOOLKIT_BUILD', message: /oomdrill-hog: hog\.c:7: error/ });
  t.same(readdirSync(t.testdirName).sort(), ['bin', 'shipped'], 'no draft is left');
});
