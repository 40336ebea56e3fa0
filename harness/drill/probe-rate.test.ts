import t from 'tap';
import { DEFAULT_RATE, intervalAt } from './probe-rate.js';

t.test('a rate is an interval', async (t) => {
  t.equal(intervalAt(DEFAULT_RATE, 'rate'), 200);
  t.equal(intervalAt('50', '--rate'), 20);
  t.equal(intervalAt('1', '--rate'), 1_000);
});

t.test('what is none is refused with its bounds', async (t) => {
  for (const given of ['0', '51', '', '2.5', '-1', '1e1', 'fast', Number.NaN, 0.5, Number.POSITIVE_INFINITY])
    t.throws(() => intervalAt(given, '--rate'), {
      code: 'RATE_INVALID',
      kind: 'usage',
      message: /^--rate must be an integer from 1 to 50 \(got /,
    });
});
