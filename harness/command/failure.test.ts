import t from 'tap';
import { z } from 'zod';
import { failureOf } from './failure.js';

t.test('an error of ours is shown in one line, also what zod writes as JSON over several', async (t) => {
  t.match(failureOf(new Error('first\nsecond')).error, { code: 'BUG', message: 'Internal error: first.' });
  const { error } = z.object({ points: z.array(z.number()).min(1), scale: z.number() }).safeParse({ points: [] });
  t.match(failureOf(error).error, {
    code: 'BUG',
    message: /^Internal error: points: Too small[^\n]*; scale: Invalid input[^\n]*\.$/,
  });
});
