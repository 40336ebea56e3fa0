import fc from 'fast-check';
import t from 'tap';
import { compose, silentBetween } from '../testing/record.js';
import { bandOf, findBand, zoneOf } from './band.js';
import { brokenOff, summarizeRecord } from './summarize.js';
import type { Zone } from './zones.js';

/** A world with known edges, which counts how often it was looked at. */
function world(harmedFrom: number, killedFrom: number) {
  const looks: number[] = [];
  return {
    looks,
    look: async (place: number): Promise<Zone> => {
      looks.push(place);
      return place >= killedFrom ? 'killed' : place >= harmedFrom ? 'harmed' : 'healthy';
    },
  };
}

t.test('a wide band', async (t) => {
  const { look, looks } = world(1_536, 2_048);
  const band = await findBand(2_048, 8, look);
  t.ok(band.from < 1_536 && band.from >= 1_528, `${band.from}`);
  t.equal(band.to, 2_048);
  t.match(band.harmed, { from: 1_536 });
  t.ok(looks.length <= 16, `${looks.length} drills`);
});

t.test('a band that begins low, as with a MemoryHigh far below MemoryMax', async (t) => {
  const { look } = world(200, 2_048);
  t.match(await findBand(2_048, 8, look), { from: 192, harmed: { from: 200 } });
});

t.test('a thin band at the brim', async (t) => {
  const { look, looks } = world(2_020, 2_030);
  const band = await findBand(2_048, 4, look);
  t.ok(band.from >= 2_016 && band.from < 2_020 && band.to >= 2_030 && band.to <= 2_034, JSON.stringify(band));
  t.ok(looks.length <= 16, `${looks.length} drills`);
});

t.test('no band', async (t) => {
  const band = await findBand(2_048, 4, world(2_000, 2_000).look);
  t.equal(band.harmed, null);
  t.ok(band.to - band.from <= 4);
});

t.test('any band holds what is harmed, and no place is looked at twice', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(2_000), fc.nat(2_000), fc.integer({ min: 1, max: 64 }), async (a, b, precision) => {
      const [harmedFrom, killedFrom] = [Math.min(a, b) + 1, Math.max(a, b) + 1];
      const { look, looks } = world(harmedFrom, killedFrom);
      const band = await findBand(2_048, precision, look);
      return (
        band.from < harmedFrom &&
        band.to >= killedFrom &&
        band.to - killedFrom <= precision &&
        (band.harmed === null || harmedFrom - band.from <= precision) &&
        new Set(looks).size === looks.length
      );
    }),
  );
});

t.test('the band so far', async (t) => {
  t.same(bandOf([], 2_048), { from: 0, to: 2_048, harmed: null });
  const looks = [
    { sizeBytes: 1_024, zone: 'healthy' },
    { sizeBytes: 1_536, zone: 'harmed' },
    { sizeBytes: 1_792, zone: 'healthy' },
    { sizeBytes: 1_920, zone: 'killed' },
  ] as const;
  const band = { from: 1_024, to: 1_920, harmed: { from: 1_536, to: 1_536 } };
  t.same(bandOf(looks, 2_048), band, 'a place that is well amid harmed ones is no edge');
});

t.test('the zone that a drill shows', async (t) => {
  const well = summarizeRecord(compose(), 'record.jsonl');
  t.equal(zoneOf(well), 'healthy');
  t.equal(zoneOf(summarizeRecord(compose({ request: silentBetween(10_000, 50_000) }), 'record.jsonl')), 'harmed');
  t.equal(zoneOf({ ...well, evidence: well.evidence && { ...well.evidence, oomKills: 1 } }), 'killed');
  t.throws(() => zoneOf(summarizeRecord(compose({ keep: ({ type }) => type !== 'host' }), 'record.jsonl')), {
    code: 'MAP_INCONCLUSIVE',
    message: /Nothing is known of how the host fared/,
  });
  t.throws(() => zoneOf({ ...well, ...brokenOff({ code: 'QEMU_DIED', message: 'QEMU died.' }) }), {
    message: /QEMU died/,
  });
});
