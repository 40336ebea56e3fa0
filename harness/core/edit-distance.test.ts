import t from 'tap';
import { suggestName } from './edit-distance.js';

t.test('a name that is misspelt, and one that is like no other', async (t) => {
  const names = ['2026-07-02-fixed', 'runaway-past-max', 'cat'];
  t.equal(suggestName('2026-07-02-fixd', names, 'List them.'), 'Did you mean 2026-07-02-fixed?');
  t.equal(suggestName('runaway-past-mxa', names, 'List them.'), 'Did you mean runaway-past-max?');
  t.equal(suggestName('nosuch', names, 'List them.'), 'List them.');
  t.equal(suggestName('dog', names, 'List them.'), 'List them.');
  t.equal(suggestName('x', [], 'List them.'), 'List them.');
});
