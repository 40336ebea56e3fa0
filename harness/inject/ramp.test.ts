import t from 'tap';
import type { Sight } from './injection.js';
import { settledOrStuck } from './ramp.js';

const MB = 1e6;

/** A sight of something that grows, second by second. */
const sight = (second: number, value: number, memoryStallMs?: number): Sight => ({
  t: second * 1_000,
  progress: { state: 'ramping', value: value * MB, unit: 'bytes' },
  currentBytes: 0,
  memoryStallMs,
});

const ramp = { startedT: 0, slowestPerMs: 10_000 };

/** The second at which the check first says that there is nothing to wait for; undefined if it never does. */
function settledAt(check: ReturnType<typeof settledOrStuck>, sights: readonly Sight[]): number | undefined {
  const found = sights.find((each) => check(each));
  return found && found.t / 1_000;
}

/** Steps of ugrep as seen on a busy host: it stands at each power of two while it matches its buffer anew. */
const ugrep = (slowness: number, stallShare = 0) => {
  const sights: Sight[] = [];
  let second = 0;
  let value = 0;
  for (const [size, standsFor] of [
    [128, 4],
    [512, 10],
    [1024, 20],
    [1540, 0],
  ] as const) {
    for (; value < size; value = Math.min(size, value + 40 / slowness))
      sights.push(sight(second++, value, stallShare * second));
    for (let stood = 0; stood < standsFor * slowness; stood++) sights.push(sight(second++, value, stallShare * second));
  }
  sights.push({ t: second * 1_000, progress: { state: 'holding', value: 1540 * MB, unit: 'bytes' }, currentBytes: 0 });
  return sights;
};

t.test('a hog that pauses to work on what it has is waited for', async (t) => {
  for (const slowness of [1, 2]) {
    const sights = ugrep(slowness);
    const end = (sights.at(-1)?.t ?? 0) / 1_000;
    t.equal(settledAt(settledOrStuck({ ...ramp, slowness, pauses: true }), sights), end, `${end} s`);
  }
  t.ok((settledAt(settledOrStuck(ramp), ugrep(1)) ?? 99) < 40, 'any other hog would be stuck');
});

t.test('one that waits for memory in its pause is stuck', async (t) => {
  t.ok((settledAt(settledOrStuck({ ...ramp, pauses: true }), ugrep(1, 500)) ?? 99) < 45);
});

t.test('several of which one after the other is killed are on their way until the last is gone', async (t) => {
  // Each kill frees what the others take anew within the time that progress is judged over.
  const killed = Array.from({ length: 60 }, (_, second) =>
    sight(second, second < 10 ? second * 200 : 1_800 + (second % 8) * 30),
  );
  t.equal(settledAt(settledOrStuck(ramp), killed), undefined);
});

t.test('one that never goes on is stuck in the end', async (t) => {
  const stands = Array.from({ length: 300 }, (_, second) => sight(second, 512));
  t.equal(settledAt(settledOrStuck({ ...ramp, pauses: true }), stands), 114);
  t.equal(settledAt(settledOrStuck(ramp), stands), 26);
  t.equal(settledAt(settledOrStuck({ ...ramp, slowness: 2 }), stands), 52, 'later in a guest of half the speed');
});
