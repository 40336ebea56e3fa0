import t from 'tap';
import type { Load } from '../record/load.js';
import type { Entry, EntryOf } from '../record/schema.js';
import { compose, TIMES } from '../testing/record.js';
import { studyLoad } from './load.js';
import { studyPhases } from './phases.js';

const STEADY: Load = { from: 20, to: 20, rampMs: 0 };

/** An entry of each second from the baseline to the release, by its time. */
function studied(report: (t: number) => Partial<EntryOf<'load'>> | null, load: Load | undefined = STEADY) {
  const more: Entry[] = [];
  for (let t = TIMES.baseline + 1_000; t <= TIMES.release; t += 1_000) {
    const changes = report(t);
    const steady = { due: 20, sent: 20, answered: 20, failed: 0, p50Ms: 30, p99Ms: 90, cpuMs: 25, loopStallMs: 21 };
    if (changes) more.push({ type: 'load', t, ...steady, ...changes });
  }
  const { header, entries } = compose({ more });
  return studyLoad(entries, studyPhases(entries), { ...header, load });
}

t.test('a load that is kept', async (t) => {
  const found = studied(() => ({}));
  t.match(found?.hold, {
    askedPerSecond: 20,
    sentPerSecond: 20,
    answeredPercent: 100,
    p50Ms: 30,
    p99Ms: 90,
    generatorPercent: 2.5,
    serverPercent: null,
    stallMs: 21,
    isBehind: false,
  });
  t.match(found?.baseline, { sentPerSecond: 20, isBehind: false });
});

t.test('one that falls behind by more than a tenth, because all that may wait do', async (t) => {
  const found = studied((at) =>
    at > TIMES.hold + 10_000 ? { sent: 0, answered: 0, failed: 0, p50Ms: undefined } : {},
  );
  t.match(found?.hold, { isBehind: true });
  t.ok((found?.hold?.sentPerSecond ?? 20) < 6);
  t.ok((found?.hold?.answeredPercent ?? 100) < 30, 'what could not be sent had no answer');
  t.match(found?.baseline, { isBehind: false, answeredPercent: 100 });
  t.match(studied(() => ({ sent: 19 }))?.hold, { isBehind: false }, 'a twentieth is none');
  t.match(
    studied(() => ({ due: 17, sent: 17, answered: 17 }))?.hold,
    { isBehind: true },
    'one whose schedule itself is late',
  );
});

t.test('one whose generator ended is behind', async (t) => {
  const found = studied((at) => (at < TIMES.hold + 5_000 ? {} : null));
  t.match(found?.hold, { isBehind: true });
  t.match(studied(() => null)?.hold, {
    sentPerSecond: 0,
    answeredPercent: null,
    p50Ms: null,
    generatorPercent: null,
    stallMs: null,
    isBehind: true,
  });
});

t.test('what a rising rate asks for in each phase', async (t) => {
  const found = studied(() => ({}), { from: 10, to: 30, rampMs: 10_000 });
  t.match(found?.baseline, { askedPerSecond: 10 });
  const asked = found?.hold?.askedPerSecond ?? 0;
  t.ok(asked > 28 && asked < 30, `${asked} a second`);
});

t.test('a record without a load, and one that ended early', async (t) => {
  const { entries, header } = compose();
  t.equal(studyLoad(entries, studyPhases(entries), header), null);
  t.match(studyLoad([], {}, { load: STEADY }), { baseline: null, hold: null });
});

t.test("the server's CPU time, also of one that was started again", async (t) => {
  const { entries, header } = compose({
    cgroup: (at) => ({
      current: 1,
      events: {},
      stat: {},
      cpuMs: at % 1_000 === 0 ? (at < 20_000 ? 500 : 0) + (at % 20_000) / 4 : undefined,
    }),
  });
  const found = studyLoad(entries, studyPhases(entries), { ...header, load: STEADY });
  const percent = found?.hold?.serverPercent ?? 0;
  t.ok(percent > 20 && percent < 30, `${percent} %`);
});
