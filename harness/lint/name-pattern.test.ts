import t from 'tap';
import { readPattern } from './name-pattern.js';

/** What regcomp(3) of glibc makes of an expression with REG_EXTENDED: names that it matches, names that it does not. */
const TAKEN: Readonly<Record<string, readonly [readonly string[], readonly string[]]>> = {
  '^(node|ugrep)$': [['node', 'ugrep'], ['nodejs']],
  'foo)': [['foo)'], ['foo']],
  '^[\\d]$': [['d', '\\'], ['1']],
  'x(a)b)': [['xab)'], ['xab']],
  '^a**$': [['', 'aaa'], ['b']],
  '^a+?b$': [['b', 'aab'], ['c']],
  '^[[:digit:]]{2,3}$': [
    ['12', '123'],
    ['1', '1234', 'ab'],
  ],
  '^a{,2}$': [['', 'aa'], ['aaa']],
  '^[]a]$': [[']', 'a'], ['b']],
  '^[^]a]$': [['b'], [']', 'a']],
  '^\\d$': [['d'], ['1']],
  '[*+?]{2}': [['*+'], ['*']],
  '^\\(x\\)$': [['(x)'], ['x']],
};

for (const [text, [matched, others]] of Object.entries(TAKEN)) {
  t.test(text, async (t) => {
    const regex = readPattern(text)?.regex;
    for (const name of matched) t.equal(regex?.test(name), true, `"${name}" is matched`);
    for (const name of others) t.equal(regex?.test(name), false, `"${name}" is not`);
  });
}

t.test('what regcomp refuses', async (t) => {
  for (const text of ['(a', '[a', '[[:foo:]]', 'a{1', 'a{x}', 'a{1,2', '(?i)a', 'a\\'])
    t.equal(readPattern(text), undefined, text);
});
