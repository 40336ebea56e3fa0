import { existsSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { assets } from '../../harness/core/assets.js';
import { MIB } from '../../harness/core/bytes.js';
import { planDrill } from '../../harness/drill/plan.js';
import type { Scenario } from '../../harness/drill/scenario.js';
import { loadDefaultExport } from '../../harness/loader/load-module.js';
import { guestNames } from '../../harness/machine/image/guests.js';
import { cgroupSample, compose, hogProgress } from '../../harness/testing/record.js';
import { cellsOf, chooseCells, GAPS, MOTIONS, nameOfCell, scenarioOf } from './cells.js';
import { measureAbove } from './measure.js';
import { renderGapsPage } from './page.js';
import { type GapResult, readGapResults } from './results.js';

const RESULT: GapResult = {
  at: '2026-11-28T01:00:00.000Z',
  commit: 'abc1234',
  guest: 'new',
  kernel: '7.2.12+deb14-cloud-amd64',
  accelerator: 'tcg',
  gap: '26M',
  motion: 'grows',
  verdict: 'pass',
  outcome: 'livelocked',
  longestGapMs: 41_200,
  killedAfterMs: 44_000,
  heldMs: 44_000,
  highEvents: 12_345,
  fullStallPercent: 90,
  recordBytes: 1_000_000,
  reason: 'No answer.',
};

t.test('cells are chosen by guest, gap and motion', async (t) => {
  t.equal(chooseCells(undefined).length, guestNames().length * GAPS.length * MOTIONS.length);
  t.same(chooseCells('trixie/26M,bookworm/4M/grows').map(nameOfCell), [
    'trixie/26M/rests',
    'trixie/26M/grows',
    'bookworm/4M/grows',
  ]);
  for (const name of ['trixie/5M', 'trixie/4M/jumps', 'trixie/4M/grows/x'])
    t.throws(() => chooseCells(name), { code: 'CELL_UNKNOWN', hint: /GUEST\/GAP\/MOTION/ });
  t.throws(() => chooseCells('windows'), { code: 'GUEST_UNKNOWN' });
});

t.test('each cell has a scenario, with its gap at real scale, whose hog gets into it', async (t) => {
  for (const { gap, motion } of cellsOf('trixie')) {
    const path = join(assets.root, scenarioOf({ gap, motion }));
    t.ok(existsSync(path), path);
    const scenario = (await loadDefaultExport(path)) as Scenario;
    const plan = planDrill(scenario, await scenario.bundle.load(), {
      scale: '1',
      watchdog: { kind: 'heartbeat', intervalMs: 10_000, windowMs: 20_000 },
      room: { availableBytes: 20 * 1024 * MIB },
    });
    const { high, max } = plan.serving.limits;
    t.equal(plan.scale, 1);
    t.equal(max - high, Number.parseInt(gap, 10) * MIB, gap);
    const [hog] = plan.injections;
    const { targetBytes = 0, creepBytesPerSecond } = hog?.plan.recorded ?? {};
    if (motion === 'grows')
      t.match({ targetBytes, creepBytesPerSecond }, { targetBytes: null, creepBytesPerSecond: 10 * MIB });
    else t.ok(Number(targetBytes) > high && Number(targetBytes) < max, `${targetBytes}`);
  }
});

t.test('the time above MemoryHigh ends with the kill of the hog, or with its release', async (t) => {
  const high = 1_536 * MIB;
  const story = {
    limits: { high, max: 2_048 * MIB, swapMax: 0 },
    progress: (at: number) => (at < 6_000 ? null : hogProgress(at < 30_000 ? 'ramping' : 'killed')),
    cgroup: (at: number) => cgroupSample(at < 10_000 ? 200 * MIB : high + MIB),
  };
  const record = compose(story);
  t.same(measureAbove(record, []), { killedAfterMs: null, heldMs: 54_000 - 10_005 });
  const kill = { role: 'injection', t: 30_005 };
  t.same(measureAbove(record, [kill] as never), { killedAfterMs: 20_000, heldMs: 20_000 });
  t.same(measureAbove(compose({ ...story, cgroup: () => cgroupSample(MIB) }), []), {
    killedAfterMs: null,
    heldMs: null,
  });
});

t.test('the page shows what was drilled, and what was not', async (t) => {
  const kept: GapResult = { ...RESULT, gap: '800M', killedAfterMs: null, heldMs: 600_000, longestGapMs: 612_000 };
  const rests: GapResult = { ...kept, motion: 'rests', heldMs: 25_000, longestGapMs: 41_000, outcome: 'livelocked' };
  const page = renderGapsPage([RESULT, { ...RESULT, killedAfterMs: 46_000 }, kept, rests], ['new', 'old']);
  t.match(page, '| 26M | `new` | 7.2.12 | livelocked | 41.2 s | after 44.0 to 46.0 s | 12,345 |');
  t.match(page, '| 800M | `new` | 7.2.12 | livelocked | 612 s | not in 600 s | 12,345 |');
  t.match(page, '| 26M | `old` |  | not drilled |  |  |  |');
  t.match(page, 'Here 1 of 1 drills of a settled hog on such kernels were silent for more than 20 s.');
  t.match(page, 'Here 2 of 2 growing hogs were killed at gaps of 4M and 26M, after 44.0 to 46.0 s.');
  t.match(page, 'Here 1 of 1 growing hogs were not killed while they were held');
  const open = renderGapsPage([{ ...RESULT, outcome: 'inconclusive' }], ['new']);
  t.match(open, 'Not drilled yet.');
  t.notMatch(open, '44.0');
  const old = renderGapsPage([{ ...rests, kernel: '5.4.0' }], ['new']);
  t.match(old, 'cured since kernel 5.9.** Not drilled yet.', 'an older kernel says nothing of that claim');
});

t.test('the results of the repository are of guests that there are', async (t) => {
  const names = guestNames();
  for (const { guest } of readGapResults()) t.ok(names.includes(guest), guest);
});
