import t from 'tap';
import type { Entry, EntryOf } from '../record/schema.js';
import { compose, TIMES } from '../testing/record.js';
import { studySampling } from './sampling.js';

const SPAN = { from: TIMES.injection, to: TIMES.release };

type Change = (sample: EntryOf<'sample'>) => Entry[];

/** The missing share of a record whose samples are changed. */
function missingAfter(change: Change): number | null {
  const entries = compose().entries.flatMap((entry) => (entry.type === 'sample' ? change(entry) : [entry]));
  return studySampling(entries, SPAN, 100).missingPercent;
}

t.test('whatever came twice or late is not missing, and none is less than that', async (t) => {
  t.equal(
    missingAfter((sample) => [sample]),
    0,
  );
  t.equal(
    missingAfter((sample) => [sample, sample]),
    0,
    'twice',
  );
  const swapped = (seq: number) => (seq % 20 === 5 ? seq + 1 : seq % 20 === 6 ? seq - 1 : seq);
  const late = (seq: number) => 90_000 + 100 * swapped(seq);
  t.equal(
    missingAfter((sample) => [{ ...sample, seq: swapped(sample.seq), guestMonotonicMs: late(sample.seq) }]),
    0,
    'late',
  );
  t.equal(
    missingAfter((sample) => [{ ...sample, seq: sample.seq % 100 }]),
    0,
    'of a sampler that was started again',
  );
});

t.test('what is missing counts, also between two samplers', async (t) => {
  t.equal(Math.round(missingAfter((sample) => (sample.seq % 2 === 0 ? [sample] : [])) ?? -1), 50);
  const restarted: Change = (sample) =>
    sample.seq < 200 ? [sample] : sample.seq < 300 ? [] : [{ ...sample, seq: sample.seq - 300 }];
  const missing = missingAfter(restarted) ?? -1;
  t.ok(missing > 20 && missing < 21, `100 of 481 ticks: ${missing}`);
  const stopped = missingAfter(({ t: at, ...sample }) => (at < 30_000 ? [{ t: at, ...sample }] : [])) ?? -1;
  t.ok(stopped > 49 && stopped < 51, `half of it: ${stopped}`);
});

t.test('without a sample or a span the share is not known', async (t) => {
  t.equal(
    missingAfter(() => []),
    null,
  );
  t.equal(studySampling(compose().entries, undefined, 100).missingPercent, null);
});
