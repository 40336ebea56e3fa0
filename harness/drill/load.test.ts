import t from 'tap';
import { loadOf } from './load.js';

t.test('a rate, and one that rises', async (t) => {
  t.same(loadOf('20', '--load'), { from: 20, to: 20, rampMs: 0 });
  t.same(loadOf(1, 'load'), { from: 1, to: 1, rampMs: 0 });
  t.same(loadOf('450', '--load'), { from: 450, to: 450, rampMs: 0 });
  t.same(loadOf('5..50', '--load'), { from: 5, to: 50, rampMs: 10_000 });
});

t.test('anything else is a mistake', async (t) => {
  const wrong = ['', '0', '-1', 'abc', '1.5', '2e1', '0x10', '451', '99999999999', 'NaN', 'Infinity', ' 5', '20/s'];
  const wrongRamps = ['5..2', '5..5', '0..5', '5..451', '5..', '..5', '5...9', '5..9..12', '-1..5', '5-9'];
  for (const given of [...wrong, ...wrongRamps, 0, -1, 1.5, Number.NaN])
    t.throws(
      () => loadOf(given, '--load'),
      { code: 'LOAD_INVALID', kind: 'usage', message: /^--load must be requests a second, an integer from 1 to 450,/ },
      String(given),
    );
});
