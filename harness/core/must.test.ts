import t from 'tap';
import { mustError } from './must.js';

t.test('what must be, and what was given', async (t) => {
  const error = (given: string) =>
    mustError('COUNT_INVALID', '--repeat', 'be an integer from 1 to 1000', given, 'Try 3.');
  t.match(error('0'), {
    code: 'COUNT_INVALID',
    kind: 'usage',
    message: '--repeat must be an integer from 1 to 1000 (got 0).',
    hint: 'Try 3.',
  });
  t.match(error(''), { message: /\(got ""\)/ });
  t.match(error('one two'), { message: /\(got "one two"\)/ });
});
