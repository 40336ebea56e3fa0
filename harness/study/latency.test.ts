import fc from 'fast-check';
import t from 'tap';
import { compose, silentBetween, TIMES } from '../testing/record.js';
import { MIN_BEYOND, PERCENTILES, summarizeLatencies } from './latency.js';
import { study } from './study.js';

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

t.test('percentiles of a known distribution', async (t) => {
  const { p50, p90, p99, medianMs, worstMs, sumMs, buckets, ...counts } = summarizeLatencies(upTo(1_000), 1_000);
  t.same(counts, { requests: 1_000, answered: 1_000 });
  t.same([p50.ms, p90.ms, worstMs, medianMs, sumMs], [501, 901, 1_000, 501, 500_500]);
  t.same(p99, { state: 'too-few', ms: null, beyond: 9 }, 'of 1,000 requests 9 are beyond the upper of two candidates');
  t.same(summarizeLatencies(upTo(1_001), 1_001).p99, { state: 'measured', ms: 991, beyond: 10 });
  t.match(buckets.slice(0, 3), [
    { withinMs: 10, answered: 10 },
    { withinMs: 25, answered: 25 },
    { withinMs: 50, answered: 50 },
  ]);
});

t.test('the library is exact enough: by a sorted list, for any times', async () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0, max: 60_000, noNaN: true }), { minLength: 1, maxLength: 400 }),
      fc.nat(40),
      (latencies, unanswered) => {
        const requests = latencies.length + unanswered;
        const found = summarizeLatencies(latencies, requests);
        const sorted = latencies.toSorted((a, b) => a - b);
        return PERCENTILES.every((percent) => {
          const { state, ms, beyond } = found[`p${percent}`];
          const rank = Math.floor((percent * requests) / 100) + 1;
          const truth = sorted[rank - 1];
          if (beyond !== requests - rank) return false;
          if (state === 'no-answer') return truth === undefined && unanswered > MIN_BEYOND;
          if (state === 'too-few') return beyond < MIN_BEYOND;
          return truth !== undefined && ms !== null && Math.abs(ms - truth) <= 0.01 + truth * 1e-5;
        });
      },
    ),
  );
});

t.test('a request without an answer is beyond all others', async (t) => {
  const { p50, p90, p99, worstMs, medianMs, buckets } = summarizeLatencies(upTo(80), 100);
  t.same(p50, { state: 'measured', ms: 51, beyond: 49 });
  t.same(
    [p90.state, p99.state, worstMs],
    ['no-answer', 'no-answer', null],
    'twenty had none: p99 falls among them for certain',
  );
  t.equal(medianMs, 51);
  t.equal(buckets.at(-1)?.answered, 80, 'and in no bucket');
  const few = summarizeLatencies(upTo(99), 100);
  t.same([few.p99.state, few.worstMs], ['too-few', null], 'one alone is not evidence');
  t.match(summarizeLatencies([], 30), { p50: { state: 'no-answer' }, medianMs: null, worstMs: null, sumMs: 0 });
});

t.test('by phase, from when a request was due', async (t) => {
  const record = compose({ request: (due) => ({ t: due + (due >= TIMES.hold && due < 20_000 ? 400 : 30), ok: true }) });
  const { latencies, availability } = study(record);
  t.match(latencies.baseline, { requests: 25, answered: 25, p50: { ms: 30 }, p90: { state: 'too-few', beyond: 2 } });
  t.match(latencies.hold, { requests: 225, p50: { ms: 30 }, p90: { ms: 400, beyond: 22 }, p99: { state: 'too-few' } });
  t.equal(latencies.hold?.worstMs, 400);
  t.equal(availability.holdMedianMs, latencies.hold?.medianMs, 'the median is of the same source');
  const early = compose({ times: { ...TIMES, baseline: 5_990 } });
  t.equal(study(early).latencies.baseline, null, 'nothing was due');
});

t.test('a request that still waited at the end was not answered', async (t) => {
  const silent = study(compose({ request: silentBetween(56_000, Number.POSITIVE_INFINITY) }));
  t.match(silent.latencies.recovery, { requests: 8, answered: 8 }, 'the prober ended before any other did');
  const slow = compose({
    // One answer at the very end shows that the prober went on.
    request: (due) => (due >= 56_000 && due < 57_800 ? null : { t: due + 30, ok: true }),
  });
  t.match(study(slow).latencies.recovery, { requests: 14, answered: 9, worstMs: null }, 'those in flight do not count');
  const lost = compose({ keep: (entry) => entry.type !== 'probe' || entry.id < 60 || entry.id > 90 });
  t.match(study(lost).latencies.hold, { requests: 194, answered: 194 }, 'what the harness lost is not known');
});
