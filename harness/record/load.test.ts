import t from 'tap';
import { isRamp, rateAt, requestsIn } from './load.js';

const STEADY = { from: 20, to: 20, rampMs: 0 };
const RAMP = { from: 10, to: 30, rampMs: 10_000 };

t.test('a steady load is the same before and after the injection began', async (t) => {
  for (const at of [-5_000, 0, 1, 90_000]) t.equal(rateAt(STEADY, at), 20, `${at} ms`);
  t.equal(requestsIn(STEADY, { from: -5_000, to: 5_000 }), 200);
  t.notOk(isRamp(STEADY));
});

t.test('a ramp rises from the injection on, and stays at its top', async (t) => {
  t.ok(isRamp(RAMP));
  for (const [at, rate] of [
    [-60_000, 10],
    [0, 10],
    [2_500, 15],
    [10_000, 30],
    [99_000, 30],
  ] as const)
    t.equal(rateAt(RAMP, at), rate, `${at} ms`);
});

t.test('what was asked for in a span is the rate over its time', async (t) => {
  t.equal(requestsIn(RAMP, { from: -4_000, to: 0 }), 40);
  t.equal(requestsIn(RAMP, { from: 0, to: 10_000 }), 200);
  t.equal(requestsIn(RAMP, { from: 5_000, to: 15_000 }), 125 + 150);
  t.equal(requestsIn(RAMP, { from: -1_000, to: 11_000 }), 10 + 200 + 30);
  t.equal(requestsIn(RAMP, { from: 20_000, to: 21_000 }), 30);
  t.equal(requestsIn(RAMP, { from: 3_000, to: 3_000 }), 0);
});
