import t from 'tap';
import { findDeadBranches, readPattern } from './name-pattern.js';

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
    const matches = readPattern(text)?.matches;
    for (const name of matched) t.equal(matches?.(name), true, `it matches "${name}"`);
    for (const name of others) t.equal(matches?.(name), false, `it does not match "${name}"`);
  });
}

t.test('no pattern takes long, and what cannot be checked says so', async (t) => {
  const name = 'a'.repeat(15);
  for (const text of ['(.|.|.|.)*!', '(a*)*b', '((a+)+)+$x', '(a|aa)+$x', '(.{1,15}){1,15}!', 'a{32767}'])
    t.equal(readPattern(text)?.matches?.(name), false, text);
  t.equal(readPattern('^a{1,32767}$')?.matches?.(name), true);
  t.match(readPattern('(a)\\1'), { ast: {}, matches: undefined }, 'a reference to a group');
  t.match(readPattern('((a{99}){99}){99}'), { ast: {}, matches: undefined }, 'a million times');
  t.equal(readPattern('a|'.repeat(200_000)), undefined, 'too long');
  const branches = Array.from({ length: 1_300 }, () => 'ab').join('|');
  t.same(findDeadBranches(readPattern(branches)?.ast as never), []);
});

t.test('a pattern that regcomp rejects is undefined', async (t) => {
  for (const text of ['(a', '[a', '[[:foo:]]', 'a{1', 'a{x}', 'a{1,2', '(?i)a', 'a\\'])
    t.equal(readPattern(text), undefined, text);
});
