import fc from 'fast-check';
import t from 'tap';
import type { EntryOf } from '../record/schema.js';
import { compose, silentBetween } from '../testing/record.js';
import { findLongestGap } from './availability.js';
import { boundGap } from './gap-bounds.js';
import { study } from './study.js';

/** A server that is stopped from one moment to another; what waited in its queue is answered one after the other. */
interface Stopped {
  readonly intervalMs: number;
  /** How long it takes for an answer while it runs. */
  readonly latencyMs: number;
  readonly from: number;
  readonly ms: number;
}

function ask({ intervalMs, latencyMs, from, ms }: Stopped): EntryOf<'probe'>[] {
  let waiting = 0;
  return Array.from({ length: Math.ceil((from + ms + 20 * intervalMs) / intervalMs) }, (_, id) => {
    const scheduledT = id * intervalMs;
    const missed = scheduledT + latencyMs > from && scheduledT < from + ms;
    // What it had already done of an answer when it was stopped need not be done again.
    const left = missed ? Math.min(latencyMs, scheduledT + latencyMs - from) + waiting++ : latencyMs;
    return { type: 'probe', id, scheduledT, t: missed ? from + ms + left : scheduledT + latencyMs, ok: true };
  });
}

function bound(stopped: Stopped) {
  const probes = ask(stopped);
  const answers = probes.toSorted((a, b) => a.t - b.t);
  const end = answers.at(-1)?.t ?? 0;
  const gap = findLongestGap(answers, { from: 0, to: end }, end);
  return boundGap(probes, { longestGapMs: gap?.ms ?? null, longestGapFrom: gap?.from ?? null }, stopped);
}

t.test('for any silence and any interval the truth is within the bounds', async () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 20, max: 1_000 }).chain((intervalMs) =>
        fc.record({
          intervalMs: fc.constant(intervalMs),
          latencyMs: fc.integer({ min: 1, max: Math.min(60, intervalMs - 1) }),
          // An answer has been given by then.
          from: fc.double({ min: 2_100, max: 20_000, noNaN: true }),
          ms: fc.double({ min: 2 * intervalMs, max: 40_000, noNaN: true }),
        }),
      ),
      (stopped) => {
        const bounds = bound(stopped);
        if (!bounds) return false;
        const { atLeastMs, atMostMs } = bounds;
        const isWithin = atLeastMs <= stopped.ms + 1e-6 && stopped.ms <= atMostMs + 1e-6;
        return isWithin && atMostMs - atLeastMs <= stopped.intervalMs + stopped.latencyMs + 1e-6;
      },
    ),
    { numRuns: 2_000 },
  );
});

t.test('bounds that leave the ordinary time of an answer out would be wrong', async (t) => {
  // Stopped while it works on a request: what was due and unanswered does not show that.
  const stopped = { intervalMs: 200, latencyMs: 15, from: 4_010, ms: 5_000 };
  const bounds = bound(stopped);
  t.same(bounds, { atLeastMs: 4_985, atMostMs: 5_200 });
  const firstAnswer = Math.min(...ask(stopped).flatMap(({ t }) => (t > stopped.from ? [t] : [])));
  t.ok(firstAnswer - 4_000 > stopped.ms, 'from the first request without an answer to the first answer it is longer');
});

t.test('a gap that ends with the watch, and one without an answer before it', async (t) => {
  const silent = study(compose({ request: silentBetween(20_000, Number.POSITIVE_INFINITY) }));
  t.match(silent.availability, { longestGapFrom: 19_830 });
  t.match(silent.gapBounds, { atLeastMs: 58_000 - 20_030, atMostMs: silent.availability.longestGapMs });
  t.equal(study(compose({ request: () => null })).gapBounds, null);
  t.equal(study(compose({ keep: ({ type }) => type !== 'injection' && type !== 'phase' })).gapBounds, null);
});
