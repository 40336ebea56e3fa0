import t from 'tap';
import { createBandMapDocument, createSweepDocument } from '../contract/band-map.js';
import { MIB } from '../core/bytes.js';
import { compose, shortOfMemoryBetween } from '../testing/record.js';
import { type BandMap, computeBand } from '../verdict/band.js';
import { summarizeRecord } from '../verdict/summarize.js';
import { describeSweptRow, renderBandMap, renderSweep } from './band.js';
import { parseBandMaps } from './html/band-map.js';

const passed = summarizeRecord(compose(), 'passed/record.jsonl');
const silent = summarizeRecord(compose(shortOfMemoryBetween(10_000, 50_000)), 'silent/record.jsonl');

const incident: BandMap = {
  bundle: 'devvm-2026-07-02',
  scale: 8,
  precision: 8 * MIB,
  limits: { high: 1_536 * MIB, max: 2_048 * MIB, swapMax: 0 },
  band: { from: 1_496 * MIB, to: 2_048 * MIB, harmed: { from: 1_504 * MIB, to: 2_040 * MIB } },
  points: [
    { sizeBytes: 1_504 * MIB, zone: 'harmed', run: silent },
    { sizeBytes: 1_496 * MIB, zone: 'healthy', run: passed },
  ],
};
const repaired: BandMap = {
  ...incident,
  limits: { high: Number.POSITIVE_INFINITY, max: 1_024 * MIB, swapMax: 0 },
  band: { from: 1_016 * MIB, to: 1_020 * MIB, harmed: null },
};

t.test('a map', async (t) => {
  t.matchSnapshot(renderBandMap(incident), 'with a band, by size');
  t.match(renderBandMap(repaired), /if there is such a band, it is narrower than 16M\n$/);
  const unfinished = { ...incident, points: incident.points.slice(0, 1), unfinished: true } as const;
  const { max } = incident.limits;
  t.match(
    renderBandMap({ ...unfinished, band: computeBand(unfinished.points, max) }),
    /unfinished, after 1 drill: no healthy size found yet, harmed from 1504M to 1504M, no size found yet at which the hog is killed\n$/,
  );
  t.match(
    renderBandMap({
      ...unfinished,
      points: [{ sizeBytes: 1_020 * MIB, zone: 'killed', run: passed }],
      band: { ...repaired.band, harmed: null },
    }),
    /healthy up to 1016M, no harmed size found yet, killed from 1020M\n$/,
  );
});

t.test('a band beyond MemoryMax, where the unit swaps first, is on the strip', async (t) => {
  const swapping: BandMap = {
    ...incident,
    limits: { ...incident.limits, swapMax: Number.POSITIVE_INFINITY },
    band: { from: 2_000 * MIB, to: 2_560 * MIB, harmed: { from: 2_008 * MIB, to: 2_552 * MIB } },
  };
  t.match(renderBandMap(swapping), / 2611M\n/);
  t.match(renderBandMap(incident), / 2089M\n/);
});

t.test('a sweep: all strips to the scale of the largest limit, and the error of a row without a map', async (t) => {
  const rows = [
    { value: '12G', map: incident },
    { value: 'infinity', map: repaired },
    {
      value: '14G',
      map: { ...incident, unfinished: true as const },
      error: { code: 'INTERRUPTED', message: 'Interrupted.' },
    },
    {
      value: '16G',
      error: { code: 'MAP_INCONCLUSIVE', message: 'One drill of the map proved nothing: the host was busy.' },
    },
  ];
  t.matchSnapshot(renderSweep('devvm', 'MemoryHigh', rows));
  t.equal(describeSweptRow('MemoryHigh', { value: '8G', map: repaired }), 'MemoryHigh=8G: no band');
  t.notMatch(renderSweep('devvm', 'MemoryHigh', rows.slice(2)), 'NaN', 'no row has a map');
});

t.test('as JSON, and read again', async (t) => {
  const drifts = [{ figure: 'brimBytes' as const, value: 552 * MIB, previousMedian: 100 * MIB }];
  const document = JSON.parse(JSON.stringify(createBandMapDocument(incident, drifts)));
  t.strictSame(document, { schema: 'oomdrill.map/2', ...JSON.parse(JSON.stringify(incident)), drifts });
  t.match(parseBandMaps(JSON.stringify(document), 'map.json'), [
    { limits: { high: 1_536 * MIB, max: 2_048 * MIB }, points: [{ zone: 'harmed' }, { zone: 'healthy' }] },
  ]);
  const endless = createBandMapDocument({ ...repaired, points: incident.points });
  t.equal(endless.limits.high, null, 'a limit that is not set');
  const rows = [
    { value: '12G', map: incident },
    { value: '16G', error: { code: 'MAP_INCONCLUSIVE', message: 'It proved nothing.' } },
  ];
  const sweep = createSweepDocument({ bundle: 'devvm', setting: 'MemoryHigh', rows, exitCode: 2 });
  t.match(sweep, { schema: 'oomdrill.sweep/2', rows: [{ value: '12G' }, { error: { code: 'MAP_INCONCLUSIVE' } }] });
  t.equal(parseBandMaps(JSON.stringify(sweep), 'sweep.json').length, 1);
});
