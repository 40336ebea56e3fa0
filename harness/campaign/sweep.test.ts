import t from 'tap';
import { resolveServingUnit } from '../bundle/serving.js';
import { machineError } from '../core/errors.js';
import type { BandMap, SweptRow } from '../verdict/band.js';
import { DEVVM_BUNDLES } from '../workload/t3/devvm.js';
import type { DrillContext } from './context.js';
import type { MapOptions, MapResult } from './map.js';
import { parseSweep, sweepBand } from './sweep.js';

t.test('values at equal distances, the first and the last as written', async (t) => {
  t.same(parseSweep('MemoryHigh=8G..16G', 5), {
    setting: 'MemoryHigh',
    values: ['8G', '10G', '12G', '14G', '16G'],
  });
  t.same(parseSweep('MemoryMax=1.5G..2G', 3).values, ['1536M', '1792M', '2G']);
  t.same(parseSweep('MemorySwapMax=0..1G', 2).values, ['0', '1G']);
  t.same(parseSweep('MemoryMax=100..200', 2).values, ['100', '200'], 'the ends are not rounded');
  for (const value of parseSweep('MemoryMax=1000000001..3G', 7).values.slice(1)) t.match(value, /^\d+[MG]$/);
});

for (const text of [
  'MemoryHigh',
  'MemoryHigh=8G',
  'MemoryHigh=16G..8G',
  'MemoryHigh=8G..8G',
  'MemoryHigh=8G..infinity',
  'MemoryLow=8G..16G',
  'constructor=8G..16G',
  'MemoryHigh=8GB..16G',
  'MemoryHigh=-8G..16G',
  'MemoryHigh=50%..80%',
] as const) {
  t.test(`${text} is refused`, async (t) => {
    t.throws(() => parseSweep(text, 5), { code: 'SWEEP_INVALID', hint: /--sweep/ });
  });
}

t.test('zero is a value of swap alone', async (t) => {
  for (const setting of ['MemoryHigh', 'MemoryMax'])
    t.throws(() => parseSweep(`${setting}=0..1G`, 5), {
      code: 'SWEEP_INVALID',
      message: `--sweep must start above 0 for ${setting} (got ${setting}=0..1G).`,
    });
});

const [bundle] = DEVVM_BUNDLES.filter(({ name }) => name === 'devvm');
if (!bundle) throw new Error('there is no bundle devvm');
const map: BandMap = {
  bundle: 'devvm',
  scale: 16,
  limits: { high: 1, max: 2, swapMax: 0 },
  precision: 1,
  band: { from: 0, to: 2, harmed: null },
  points: [],
};

/** The rows of a sweep with the given maps, the options of each map, and the error. */
async function runSweep(sweep: string, ...maps: readonly (() => Promise<MapResult>)[]) {
  const rows: SweptRow[] = [];
  const made: (Pick<MapOptions, 'bundle'> & Pick<DrillContext, 'scale'>)[] = [];
  const context = { scale: 'auto', progress: () => {} } as unknown as DrillContext;
  const options = { bundle } as unknown as MapOptions;
  const thrown = await sweepBand(
    context,
    options,
    parseSweep(sweep, 3),
    (row) => rows.push(row),
    async ({ scale }, { bundle }) => {
      made.push({ scale, bundle });
      return maps[made.length - 1]?.() ?? { map };
    },
  ).then(
    () => undefined,
    (error: unknown) => error,
  );
  return { rows, made, thrown };
}

t.test('a row for each value, on guests of one size', async (t) => {
  const { rows, made, thrown } = await runSweep('MemoryHigh=8G..12G');
  t.equal(thrown, undefined);
  t.same(
    rows.map(({ value }) => value),
    ['8G', '10G', '12G'],
  );
  t.same(
    made.map(({ scale }) => scale),
    ['auto', '16', '16'],
    'the scale that the first map chose',
  );
  t.same(
    made.map((one) => resolveServingUnit(one.bundle).limits.high),
    [8, 10, 12].map((gib) => gib * 1024 ** 3),
  );
});

const undecided = machineError('MAP_INCONCLUSIVE', 'A drill proved nothing.');
const interrupted = machineError('INTERRUPTED', 'Interrupted.');

t.test('an inconclusive row keeps its points, and the sweep continues', async (t) => {
  const { rows, thrown } = await runSweep(
    'MemoryHigh=8G..12G',
    async () => ({ map: { ...map, unfinished: true }, failure: undecided }),
    async () => {
      throw undecided;
    },
  );
  t.equal(thrown, undefined);
  t.match(rows, [
    { value: '8G', map: { unfinished: true }, error: { code: 'MAP_INCONCLUSIVE' } },
    { value: '10G', map: undefined, error: { code: 'MAP_INCONCLUSIVE' } },
    { value: '12G', map, error: undefined },
  ]);
});

t.test('an error of a drill ends its row, and the sweep if no drill of the row worked', async (t) => {
  const died = machineError('QEMU_DIED', 'QEMU died.', 'Look at its console.');
  const { rows, thrown } = await runSweep(
    'MemoryHigh=8G..12G',
    async () => ({ map: { ...map, unfinished: true }, failure: died }),
    async () => {
      throw died;
    },
  );
  t.match(rows, [{ value: '8G', error: { code: 'QEMU_DIED' } }]);
  t.equal(rows.length, 1);
  t.equal(thrown, died, 'with its code and its hint');
});

t.test('an interruption ends the sweep, and the rows until then are reported', async (t) => {
  const { rows, thrown } = await runSweep(
    'MemoryHigh=8G..12G',
    async () => ({ map }),
    async () => ({ map: { ...map, unfinished: true }, failure: interrupted }),
  );
  t.equal(thrown, interrupted);
  t.match(rows, [{ value: '8G' }, { value: '10G', map: { unfinished: true }, error: { code: 'INTERRUPTED' } }]);
  const early = await runSweep('MemoryHigh=8G..12G', async () => {
    throw interrupted;
  });
  t.same([early.rows, early.thrown], [[], interrupted]);
});

t.test('a value that contradicts the bundle is refused before any drill', async (t) => {
  const { made, thrown } = await runSweep('MemoryHigh=8G..24G');
  t.match(thrown, {
    code: 'LIMITS_CONTRADICT',
    message: '--sweep MemoryHigh=24G lies above MemoryMax=16G of the bundle devvm: it can never act.',
  });
  t.same(made, []);
});
