import t from 'tap';
import { MIB } from '../core/bytes.js';
import { cgroupSample, compose, TIMES } from '../testing/record.js';
import { summarizeRecord } from '../verdict/summarize.js';
import { riseIn } from './attribution/totals.js';
import { counterOf } from './counter.js';

const samplesOf = (...values: readonly [t: number, value: number, clock?: number][]) =>
  values.map(([t, value, clock = t]) => ({ t, value, guestMonotonicMs: clock }));

t.test('what a cgroup counted stays counted when a new one takes its place', async (t) => {
  const samples = samplesOf([0, 3], [1, 5], [2, 0], [3, 1], [4, 0], [5, 2]);
  t.same(counterOf(samples, ({ value }) => value).values, [3, 5, 5, 6, 6, 8]);
});

t.test('a sample that came late is not taken for a new cgroup', async (t) => {
  const samples = samplesOf([0, 5_000], [1, 5_020], [2, 5_010, 0.5], [3, 5_030]);
  t.same(
    counterOf(samples, ({ value }) => value),
    { times: [0, 1, 3], values: [5_000, 5_020, 5_030] },
  );
});

t.test('a span over a restart has what was counted on both sides of it', async (t) => {
  const counter = counterOf(samplesOf([0, 1], [10, 7], [20, 0], [30, 2]), ({ value }) => value);
  t.equal(riseIn(counter, { from: 0, to: 30 }), 8);
});

t.test('the events of a unit that was killed and restarted in the hold are counted', async (t) => {
  const killed = TIMES.hold + 2_000;
  const record = compose({
    cgroup: (at) =>
      at < killed
        ? cgroupSample(180 * MIB)
        : cgroupSample(60 * MIB, at < killed + 1_000 ? { oom_kill: 2, high: 9 } : { oom_kill: 0, high: 0 }),
  });
  const { evidence } = summarizeRecord(record, 'record.jsonl');
  t.match(evidence, { oomKills: 2, highEvents: 9 });
});
