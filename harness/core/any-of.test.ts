import t from 'tap';
import { anyOf } from './any-of.js';

t.test('alternatives are joined with commas and "or"', async (t) => {
  t.equal(anyOf([]), '');
  t.equal(anyOf(['core']), 'core');
  t.equal(anyOf(['core', 'nightly']), 'core or nightly');
  t.equal(anyOf(['core', 'nightly', 'full']), 'core, nightly or full');
});
