import t from 'tap';
import type { Entry } from '../record/schema.js';
import { compose } from '../testing/record.js';
import { studyObservers } from './observers.js';

/** A drill whose samples tell this of the canary's CPU time, by their number. */
function drilled(canaryCpuMs: (seq: number) => number | undefined): readonly Entry[] {
  return compose().entries.map((entry) =>
    entry.type === 'sample' ? { ...entry, canaryCpuMs: canaryCpuMs(entry.seq) } : entry,
  );
}

t.test('the CPU time of sampler and canary, as shares of one CPU', async (t) => {
  // A composed sampler uses a hundredth of the time; ten samples are a second.
  const cost = studyObservers(drilled((seq) => (seq % 10 === 0 ? 500 + seq * 2 : undefined)));
  t.match(cost, { samplerPercent: 1, canaryPercent: 2, bothPercent: 3 });
});

t.test('what is not known is not zero', async (t) => {
  t.match(studyObservers(compose().entries), { samplerPercent: 1, canaryPercent: null, bothPercent: null });
  t.match(studyObservers(drilled((seq) => (seq === 10 ? 5 : undefined))), { canaryPercent: null }, 'one reading alone');
  t.same(studyObservers([]), { samplerPercent: null, canaryPercent: null, bothPercent: null });
});
