import t from 'tap';
import { speedOf } from './guest-speed.js';

t.test('the slower of both counts, and a fast guest is one', async (t) => {
  t.equal(speedOf({ touchedBytesPerSecond: 120e6, loopMs: 35 }), 1);
  t.equal(speedOf({ touchedBytesPerSecond: 60e6, loopMs: 20 }), 0.5, 'memory');
  t.equal(speedOf({ touchedBytesPerSecond: 240e6, loopMs: 140 }), 0.25, 'CPU');
  t.equal(speedOf({ touchedBytesPerSecond: 1.2e9, loopMs: 3.5 }), 10, 'KVM');
  t.ok(speedOf({ touchedBytesPerSecond: 0, loopMs: 0 }) > 0, 'one that touched nothing in time');
});
