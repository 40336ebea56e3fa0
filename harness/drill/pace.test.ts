import t from 'tap';
import { machineError } from '../core/errors.js';
import type { Entry } from '../record/schema.js';
import { createPace, measurePace, slownessOf } from './pace.js';
import { readyWithinMs } from './ready-within.js';

const clock = { now: () => 5, startedAtMs: 0 };
const { signal } = new AbortController();

/** The pace of a guest whose program prints this, and what is written down. */
async function measure(exec: () => Promise<{ stdout: string; stderr: string; exitCode: number }>) {
  const entries: Entry[] = [];
  const pace = await measurePace({ exec }, { clock, write: (entry) => void entries.push(entry) }, signal);
  return { pace, entries };
}

const printed = (stdout: string, exitCode = 0) => measure(async () => ({ stdout, stderr: 'no memory', exitCode }));

t.test('the slower of both counts, and no guest is faster than usual', async (t) => {
  const fast = { touchedBytesPerSecond: 1e9, loopMs: 30 };
  t.equal(slownessOf(fast), 1);
  const { touchedBytesPerSecond, loopMs } = { touchedBytesPerSecond: 1e6, loopMs: 1e6 };
  t.equal(slownessOf({ ...fast, touchedBytesPerSecond }), 8, 'and none is waited for for ever');
  t.equal(slownessOf({ ...fast, loopMs }), 8);
  const usual = slownessOf({ touchedBytesPerSecond: 60e6, loopMs: 30 });
  t.equal(usual, 2, 'half of the pages');
});

t.test('it is measured and written down', async (t) => {
  const measured = { touchedBytesPerSecond: 60e6, loopMs: 50 };
  const { pace, entries } = await printed(`${JSON.stringify(measured)}\n`);
  t.equal(pace.slowness, 2);
  t.equal(pace.stretch(1_000), 2_000);
  t.same(entries, [{ type: 'speed', t: 5, ...measured, slowness: 2 }]);
});

t.test('what could not be measured is said, and not guessed', async (t) => {
  for (const { pace, entries } of [await printed('', 1), await printed('{}'), await printed('no JSON')]) {
    t.equal(pace.slowness, 1);
    t.match(entries, [{ type: 'note', message: /^the speed of the guest was not measured, and is taken for/ }]);
  }
  const { entries } = await measure(async () => {
    throw machineError('EXEC_TIMEOUT', 'Gave up.');
  });
  t.match(entries, [{ type: 'note', message: /Gave up/ }]);
});

t.test('how long a server may take', async (t) => {
  t.equal(readyWithinMs(undefined, 'kvm', createPace(1)), 60_000);
  t.equal(readyWithinMs(undefined, 'tcg', createPace(1)), 300_000);
  t.equal(readyWithinMs('2min', 'tcg', createPace(2)), 1_200_000);
  t.equal(readyWithinMs('90s', 'none', createPace(1)), 90_000);
});
