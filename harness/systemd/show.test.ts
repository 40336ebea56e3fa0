import t from 'tap';
import { parseLimit, parseShow } from './show.js';

t.test('properties of a unit are read', async (t) => {
  t.same(parseShow('MemoryMax=2147483648\nEnvironment=A=1\nA=first\nA=second\nno property\n=x\n'), {
    MemoryMax: '2147483648',
    Environment: 'A=1',
    A: 'first',
  });
  t.equal(parseShow('').toString, undefined, 'nothing is inherited');
});

t.test('limits are read, and other texts are undefined', async (t) => {
  for (const text of ['infinity', 'max\n', '18446744073709551615'])
    t.equal(parseLimit(text), Number.POSITIVE_INFINITY, text);
  t.equal(parseLimit('4096'), 4096);
  for (const text of ['[not set]', '', '-1']) t.equal(parseLimit(text), undefined, text);
});
