import { dirname, join } from 'node:path';
import t from 'tap';
import { assets } from './assets.js';
import { usageError } from './errors.js';
import { renderHint } from './hint.js';
import { errorLines } from './report-error.js';

t.test('a page of the manual is named by where it is', async (t) => {
  const hint = 'docs/library.md describes scenarios.';
  t.equal(renderHint(hint, assets.root), hint);
  const above = dirname(assets.root);
  t.equal(renderHint(hint, above), `${assets.root.slice(above.length + 1)}/${hint}`);
  t.equal(renderHint(`See ${hint}`, '/elsewhere'), `See ${join(assets.root, hint)}`);
});

t.test("paths of the user's stay", async (t) => {
  for (const hint of ['Correct docs/mine.md.', 'Correct ../docs/library.md.', 'Correct web/docs/library.md.'])
    t.equal(renderHint(hint, '/elsewhere'), hint);
});

t.test('commands are run by npx', async (t) => {
  t.equal(
    renderHint('Run `oomdrill reap`, or `npx oomdrill setup`.'),
    'Run `npx oomdrill reap`, or `npx oomdrill setup`.',
  );
});

t.test('so is the hint of an error that is printed', async (t) => {
  const error = usageError('X', 'Wrong.', 'Run `oomdrill reap`.');
  t.same(errorLines(error), ['Wrong. [X]', 'hint: Run `npx oomdrill reap`.']);
});
