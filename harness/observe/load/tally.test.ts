import t from 'tap';
import { Tally } from './tally.js';

const ended = (ms: number, ok = true, error?: string) => ({ t: 1_000 + ms, scheduledT: 1_000, ok, error });

t.test('each request counts once, for the time in which it was sent and the time in which it ended', async (t) => {
  const tally = new Tally();
  for (let count = 0; count < 4; count++) tally.send();
  tally.end(ended(10));
  tally.end(ended(20));
  tally.end(ended(30));
  tally.end(ended(0, false, 'not-sent'));
  t.match(tally.take(), { due: 5, sent: 4, answered: 3, failed: 0 });
  tally.end(ended(20_000, false, 'timeout'));
  t.same(tally.take(), { due: 0, sent: 0, answered: 0, failed: 1, p50Ms: undefined, p99Ms: undefined });
  t.match(tally.take(), { due: 0, failed: 0 });
});

t.test('the times of the answers', async (t) => {
  const tally = new Tally();
  for (let ms = 1; ms <= 100; ms++) tally.end(ended(ms));
  const { p50Ms = 0, p99Ms = 0 } = tally.take();
  t.ok(Math.abs(p50Ms - 50) < 0.5, `p50 ${p50Ms}`);
  t.ok(Math.abs(p99Ms - 99) < 0.5, `p99 ${p99Ms}`);
  tally.end(ended(-1));
  t.match(tally.take(), { p50Ms: 0.01 }, 'none took less than no time');
});
