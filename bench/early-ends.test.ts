import t from 'tap';
import { entriesOfType } from '../harness/study/entries.js';
import { cgroupSample, compose, type Story, silentBetween, TARGET_BYTES, TIMES } from '../harness/testing/record.js';
import { judge } from '../harness/verdict/verdict.js';
import { endEarly } from './early-ends.js';

const canary: Story['request'] = (due) => ({ t: due + 5, ok: true });

t.test('a record is cut where its hold is decided, and is judged as before', async (t) => {
  const stalled = (at: number) => Math.max(0, Math.min(at, TIMES.release) - 8_000) * 900;
  const livelock = compose({
    canary,
    request: silentBetween(8_000, TIMES.release),
    cgroup: (at) => cgroupSample(TARGET_BYTES, { high: at < TIMES.hold ? 0 : 5_000 }, stalled(at)),
  });
  const ended = endEarly(livelock);
  if (!ended) throw new Error('it was not ended early');
  const release = entriesOfType(ended.entries, 'phase').find(({ name }) => name === 'release');
  t.equal(release?.t, TIMES.hold + 22_001, 'after the window and two seconds');
  t.equal(judge(livelock).outcome, 'livelocked', judge(livelock).reasons.join(' '));
  t.equal(judge(ended).outcome, 'livelocked', judge(ended).reasons.join(' '));
});

t.test('a hold that is never decided is not cut', async (t) => {
  t.equal(endEarly(compose({})), undefined, 'without a canary');
});
