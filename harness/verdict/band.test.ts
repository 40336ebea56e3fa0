import fc from 'fast-check';
import t from 'tap';
import { GIB, MIB } from '../core/bytes.js';
import { compose, shortOfMemoryBetween } from '../testing/record.js';
import { computeBand, decideZone, findBand, reckonEdges } from './band.js';
import { summarizeFailed, summarizeRecord } from './summarize.js';
import type { Zone } from './zones.js';

/** A drill whose edges are known, and the sizes that it was run with. */
function knownBand(harmedFrom: number, killedFrom: number) {
  const sizes: number[] = [];
  return {
    sizes,
    drill: async (size: number): Promise<Zone> => {
      sizes.push(size);
      return size >= killedFrom ? 'killed' : size >= harmedFrom ? 'harmed' : 'healthy';
    },
  };
}

t.test('a wide band', async (t) => {
  const { drill, sizes } = knownBand(1_536, 2_048);
  const band = await findBand(2_048, 8, drill);
  t.ok(band.from < 1_536 && band.from >= 1_528, `${band.from}`);
  t.equal(band.to, 2_048);
  t.match(band.harmed, { from: 1_536 });
  t.ok(sizes.length <= 16, `${sizes.length} drills`);
});

t.test('a band that begins low, as with a MemoryHigh far below MemoryMax', async (t) => {
  const { drill } = knownBand(200, 2_048);
  t.match(await findBand(2_048, 8, drill), { from: 192, harmed: { from: 200 } });
});

t.test('a thin band at the brim', async (t) => {
  const { drill, sizes } = knownBand(2_020, 2_030);
  const band = await findBand(2_048, 4, drill);
  t.ok(band.from >= 2_016 && band.from < 2_020 && band.to >= 2_030 && band.to <= 2_034, JSON.stringify(band));
  t.ok(sizes.length <= 16, `${sizes.length} drills`);
});

t.test('no band', async (t) => {
  const band = await findBand(2_048, 4, knownBand(2_000, 2_000).drill);
  t.equal(band.harmed, null);
  t.ok(band.to - band.from <= 4);
});

t.test('every band contains all harmed sizes, and no size is drilled twice, whatever was known', async () => {
  const size = fc.nat(2_000);
  const edges = fc.record({ healthyBytes: fc.integer(), killedBytes: fc.integer() });
  const hints = fc.oneof(
    fc.constant({}),
    edges.map((known) => ({ known })),
    fc.option(edges, { nil: undefined }).map((reckoned) => ({ reckon: async () => reckoned })),
  );
  await fc.assert(
    fc.asyncProperty(size, size, fc.integer({ min: 1, max: 64 }), hints, async (a, b, precision, hints) => {
      const [harmedFrom, killedFrom] = [Math.min(a, b) + 1, Math.max(a, b) + 1];
      const { drill, sizes } = knownBand(harmedFrom, killedFrom);
      const band = await findBand(2_048, precision, drill, hints);
      return (
        band.from < harmedFrom &&
        band.to >= killedFrom &&
        band.to - killedFrom <= precision &&
        (band.harmed === null || harmedFrom - band.from <= precision) &&
        new Set(sizes).size === sizes.length
      );
    }),
  );
});

t.test('edges that are still where they were cost a drill or two each', async (t) => {
  for (const [harmedFrom, killedFrom] of [
    [1_496, 2_048],
    [2_020, 2_032],
    [2_030, 2_030],
  ] as const) {
    const first = await findBand(2_048, 8, knownBand(harmedFrom, killedFrom).drill);
    const edges = { known: { healthyBytes: first.from, killedBytes: first.to } };
    const { drill, sizes } = knownBand(harmedFrom, killedFrom);
    const again = await findBand(2_048, 8, drill, edges);
    t.ok(again.from < harmedFrom && harmedFrom - again.from <= 8 && again.to - killedFrom <= 8, JSON.stringify(again));
    t.ok(sizes.length <= 4, `${sizes.length} drills`);
    const moved = knownBand(harmedFrom - 40, killedFrom);
    t.ok((await findBand(2_048, 8, moved.drill, edges)).from < harmedFrom - 40, 'one that moved is found');
    t.ok(moved.sizes.length <= 10, `${moved.sizes.length} drills for one that moved`);
  }
});

t.test('without known edges it begins in the middle, and then where they are reckoned to be', async (t) => {
  // As measured: the incident's limits, and the repaired ones; in MiB.
  for (const [limits, harmedFrom, killedFrom, most] of [
    [{ high: 1_536 * MIB, max: 2 * GIB }, 1_496, 2_048, 6],
    [{ high: Number.POSITIVE_INFINITY, max: 2 * GIB }, 1_972, 1_992, 9],
  ] as const) {
    const { drill, sizes } = knownBand(harmedFrom * MIB, killedFrom * MIB);
    const reckon = async () => reckonEdges(limits, 60 * MIB);
    const band = await findBand(limits.max, 8 * MIB, drill, { reckon });
    t.ok(band.from < harmedFrom * MIB && harmedFrom * MIB - band.from <= 8 * MIB, `${band.from / MIB}`);
    t.ok(band.to >= killedFrom * MIB && band.to - killedFrom * MIB <= 8 * MIB, `${band.to / MIB}`);
    t.equal(sizes[0], GIB);
    t.ok(sizes.length <= most, `${sizes.map((size) => size / MIB)}`);
  }
});

t.test('the band so far', async (t) => {
  t.same(computeBand([], 2_048), { from: 0, to: 2_048, harmed: null });
  const points = [
    { sizeBytes: 1_024, zone: 'healthy' },
    { sizeBytes: 1_536, zone: 'harmed' },
    { sizeBytes: 1_792, zone: 'healthy' },
    { sizeBytes: 1_920, zone: 'killed' },
  ] as const;
  const band = { from: 1_024, to: 1_920, harmed: { from: 1_536, to: 1_536 } };
  t.same(computeBand(points, 2_048), band, 'a healthy size between harmed ones is not an edge');
});

t.test('the zone that a drill shows', async (t) => {
  const passed = summarizeRecord(compose(), 'record.jsonl');
  t.equal(decideZone(passed), 'healthy');
  t.equal(decideZone(summarizeRecord(compose(shortOfMemoryBetween(10_000, 50_000)), 'record.jsonl')), 'harmed');
  t.equal(decideZone({ ...passed, evidence: passed.evidence && { ...passed.evidence, oomKills: 1 } }), 'killed');
  t.throws(() => decideZone(summarizeRecord(compose({ keep: ({ type }) => type !== 'host' }), 'record.jsonl')), {
    code: 'MAP_INCONCLUSIVE',
    message: /How busy the host was is not known/,
  });
  t.throws(() => decideZone({ ...passed, outcome: 'starved', reasons: ['It waited for a CPU.'] }), {
    code: 'MAP_INCONCLUSIVE',
    message: /proved nothing: It waited for a CPU\./,
  });
  t.throws(
    () =>
      decideZone({
        ...passed,
        ...summarizeFailed({ code: 'QEMU_DIED', message: 'QEMU died.', hint: 'Look at its console.' }),
      }),
    {
      code: 'QEMU_DIED',
      message: 'QEMU died.',
      hint: 'Look at its console.',
    },
  );
});
