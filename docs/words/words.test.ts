import t from 'tap';
import { assets } from '../../harness/core/assets.js';
import { checkedFiles, findOldWords, findOldWordsIn } from './find.js';
import { EXCEPTIONS, OLD_WORDS } from './table.js';

t.test('no file holds a word of our own where the field has one', async (t) => {
  const places = findOldWordsIn(assets.root);
  for (const { word, better } of OLD_WORDS) {
    const found = places.filter((place) => place.word === word);
    t.same(
      found.map(({ path, line }) => `${path}:${line}`),
      [],
      `${word} -> ${better}`,
    );
  }
});

t.test('each old word is found where it is planted', async (t) => {
  for (const { word, examples, fine = [] } of OLD_WORDS) {
    const isIn = (text: string) => findOldWords('some.ts', `\n${text}`, []).some((place) => place.word === word);
    for (const text of examples) t.ok(isIn(text), `${word} in ${text}`);
    for (const text of fine) t.notOk(isIn(text), `no ${word} in ${text}`);
  }
});

t.test('a place is named by its line, over the ends of lines', async (t) => {
  const text = ['/**', ' * What was given', ' * back.', ' */', 'const OOMDRILL_BORROWED = 1;'].join('\n');
  t.match(findOldWords('host/give-back.sh', text, []), [
    { path: 'host/give-back.sh', line: 5, found: 'BORROWED', word: 'borrow' },
    { line: 0, found: 'give back' },
    { line: 2, found: 'given back' },
  ]);
});

t.test('every exception is needed', async (t) => {
  const places = findOldWordsIn(assets.root).length;
  for (const exception of EXCEPTIONS) {
    const others = EXCEPTIONS.filter((other) => other !== exception);
    const { words, path, why } = exception;
    t.ok(findOldWordsIn(assets.root, others).length > places, `${words.join(', ')} in ${path}: ${why}`);
  }
});

t.test('the files that people read are among those checked', async (t) => {
  const files = checkedFiles(assets.root);
  for (const path of [
    'README.md',
    'harness/cli.ts',
    'guest/hog.c',
    'setup',
    '.github/workflows/nightly.yaml',
    'Vagrantfile',
  ]) {
    t.ok(files.includes(path), path);
  }
  t.notOk(files.includes('package-lock.json'));
});
