import t from 'tap';
import { readPattern } from './name-pattern.js';

/** For each expression, names that regcomp(3) of glibc matches with REG_EXTENDED, and names that it does not match. */
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
    for (const name of matched) t.equal(regex?.test(name), true, `it matches "${name}"`);
    for (const name of others) t.equal(regex?.test(name), false, `it does not match "${name}"`);
  });
}

t.test('a pattern that regcomp rejects is undefined', async (t) => {
  for (const text of ['(a', '[a', '[[:foo:]]', 'a{1', 'a{x}', 'a{1,2', '(?i)a', 'a\\'])
    t.equal(readPattern(text), undefined, text);
});
