import fc from 'fast-check';
import t from 'tap';
import { type Cell, secondsAt } from '../verdict/part.js';
import { loadScenarios } from './catalogue.js';
import {
  choosePart,
  cutCells,
  describeCampaign,
  estimateCost,
  estimateMs,
  parseShard,
  parseSpeeds,
  scenarioFacts,
} from './shard.js';

t.test('a shard is read', async (t) => {
  t.same(parseShard('2/3'), { index: 2, of: 3 });
  for (const text of ['0/3', '4/3', '1/0', '1', 'a/b', '1/3/5', '-1/3', '1.5/3', `1/1${'0'.repeat(400)}`, ''])
    t.throws(() => parseShard(text), { code: 'SHARD_INVALID', hint: /The part is from 1 to/ }, text);
});

t.test('the speeds of the shards are read', async (t) => {
  t.same(parseSpeeds('1,0.5,2', 3), [1, 0.5, 2]);
  for (const text of ['', '1', '1,1', '1,1,1,1', '1,0,1', '1,-1,1', '1,1e3,1', '1,x,1', `1,${'9'.repeat(400)},1`])
    t.throws(() => parseSpeeds(text, 3), { code: 'SPEEDS_INVALID', hint: /merge/ }, text);
});

const cellsOf = (seconds: readonly number[]) => seconds.map((one, index) => ({ key: `cell-${index}`, seconds: one }));
const loadsOf = (cells: readonly Cell[], of: number, speeds: readonly number[] = []) =>
  Array.from({ length: of }, (_, index) =>
    cells
      .filter(({ shard }) => shard === index + 1)
      .reduce((sum, cell) => sum + secondsAt(speeds[index] ?? 1, cell), 0),
  );

t.test('each cell is in one shard, and shards take similar times', async (t) => {
  const seconds = fc.array(fc.integer({ min: 20, max: 400 }), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(seconds, fc.integer({ min: 1, max: 30 }), (times, of) => {
      const cells = cellsOf(times);
      const cut = cutCells(cells, of);
      t.same(
        cut.map(({ key }) => key),
        cells.map(({ key }) => key),
        "in the campaign's order",
      );
      const total = times.reduce((sum, one) => sum + one, 0);
      t.ok(Math.max(...loadsOf(cut, of)) <= total / of + Math.max(...times));
      // Each machine comes to the same cut by itself.
      const shardOf = new Map(cutCells(cells.toReversed(), of).map(({ key, shard }) => [key, shard]));
      t.ok(cut.every(({ key, shard }) => shardOf.get(key) === shard));
    }),
    { numRuns: 50 },
  );
});

t.test('a slow machine gets less to do', async (t) => {
  const all = await loadScenarios();
  const cells = all.map((scenario) => ({ key: scenario.name, ...estimateCost([scenario]) }));
  for (const speeds of [
    [1, 0.5],
    [0.3, 1, 1],
    [1, 0.1],
  ]) {
    const ends = loadsOf(cutCells(cells, speeds.length, speeds), speeds.length, speeds);
    t.ok(Math.max(...ends) / Math.min(...ends) <= 1.15, `${speeds}: ${ends.map(Math.round)} s`);
  }
});

t.test('on a slow machine a drill watches no longer', async (t) => {
  t.equal(secondsAt(0.5, { seconds: 60, waitSeconds: 40 }), 80);
  t.equal(secondsAt(2, { seconds: 60, waitSeconds: 40 }), 50);
  t.equal(secondsAt(0.5, { seconds: 60 }), 120);
  const [scenario] = await loadScenarios();
  t.ok(scenario);
  if (!scenario) return;
  const { phases, repair } = scenario;
  t.match(estimateCost([scenario, scenario], 2), {
    seconds: (4 * estimateMs(scenario)) / 1_000,
    waitSeconds: (4 * (phases.baselineMs + phases.holdMs + (repair?.stayMs ?? 0))) / 1_000,
  });
  // Twelve drills that mostly watch: a machine of half the speed gets five of them, and not four.
  const cells = cellsOf(Array(12).fill(60)).map((cell) => ({ ...cell, waitSeconds: 40 }));
  t.equal(cutCells(cells, 2, [1, 0.5]).filter(({ shard }) => shard === 2).length, 5);
});

const campaign = { version: '0.2.0', options: 'o', declarations: 'd' };

t.test('the part of a machine', async (t) => {
  const cells = cellsOf([60, 60, 60]);
  t.match(choosePart(cells, campaign, {}), { index: 1, of: 1, own: ['cell-0', 'cell-1', 'cell-2'] });
  t.same(choosePart(cells, campaign, { shard: { index: 2, of: 3 } }).own, ['cell-1']);
  t.throws(() => choosePart(cells, campaign, { shard: { index: 4, of: 4 } }), { code: 'SHARD_EMPTY' });
  const most = 10 ** 9;
  t.throws(() => choosePart(cells, campaign, { shard: { index: most, of: most } }), { code: 'SHARD_EMPTY' });
});

t.test('only what is missing is cut', async (t) => {
  const cells = cellsOf([60, 60, 60, 60]);
  const findDone = () => new Set(['cell-0', 'cell-2']);
  const choose = (index: number, of: number) => choosePart(cells, campaign, { shard: { index, of }, findDone }).own;
  t.same([choose(1, 2), choose(2, 2)], [['cell-1'], ['cell-3']]);
  t.same(choose(3, 3), [], 'a shard of which nothing is left');
  t.same(choosePart(cells, campaign, { findDone: () => new Set(cells.map(({ key }) => key)) }).own, []);
});

t.test('what the parts of a campaign have in common', async (t) => {
  const settings = { version: '0.2.0', machine: { name: 'qemu' }, scale: 'auto', wayIn: false } as Parameters<
    typeof describeCampaign
  >[0];
  const [one, two] = await Promise.all((await loadScenarios()).slice(0, 2).map(scenarioFacts));
  const same = describeCampaign(settings, [1], [one]);
  t.same(describeCampaign({ ...settings }, [1], [structuredClone(JSON.parse(JSON.stringify(one)))]), same);
  t.not(describeCampaign({ ...settings, wayIn: true }, [1], [one]).options, same.options);
  t.not(describeCampaign(settings, [2], [one]).options, same.options);
  t.not(describeCampaign(settings, [1], [two]).declarations, same.declarations);
});
