import fc from 'fast-check';
import t from 'tap';
import { loadScenarios } from './catalogue.js';
import { describePlannedDrill, estimateMs, parseShard, selectShard } from './shard.js';

t.test('a shard is read', async (t) => {
  t.same(parseShard('2/3'), { index: 2, of: 3 });
  for (const text of ['0/3', '4/3', '1/0', '1', 'a/b', '1/3/5', '-1/3', '1.5/3', `1/1${'0'.repeat(400)}`, ''])
    t.throws(() => parseShard(text), { code: 'SHARD_INVALID', hint: /The part is from 1 to/ }, text);
});

t.test('each scenario is in one shard, and shards take similar times', async (t) => {
  const all = await loadScenarios();
  const longest = Math.max(...all.map(estimateMs));
  const totalMs = (scenarios: typeof all) => scenarios.reduce((sum, scenario) => sum + estimateMs(scenario), 0);
  fc.assert(
    fc.property(fc.shuffledSubarray(all, { minLength: 1 }), fc.integer({ min: 1, max: 30 }), (suite, of) => {
      if (of > suite.length) {
        const last = () => selectShard(suite, { index: of, of });
        t.throws(last, { code: 'SHARD_EMPTY' });
        return;
      }
      const shards = Array.from({ length: of }, (_, index) => selectShard(suite, { index: index + 1, of }));
      t.same(
        shards
          .flat()
          .map(({ name }) => name)
          .sort(),
        suite.map(({ name }) => name).sort(),
      );
      for (const shard of shards) {
        t.same(
          shard,
          suite.filter((scenario) => shard.includes(scenario)),
          "in the suite's order",
        );
        t.ok(totalMs(shard) <= totalMs(suite) / of + longest);
      }
      // Each pod computes the split by itself.
      const fromReversed = selectShard(suite.toReversed(), { index: 1, of });
      t.same(new Set(fromReversed), new Set(shards[0]));
    }),
    { numRuns: 50 },
  );
});

t.test('a number of shards that no suite has', async (t) => {
  const [one] = await loadScenarios();
  if (!one) throw new Error('the catalogue is empty');
  t.same(selectShard([one], { index: 1, of: 10 ** 9 }), [one]);
  t.throws(() => selectShard([one], { index: 10 ** 9, of: 10 ** 9 }), { code: 'SHARD_EMPTY' });
});

t.test('a planned drill is described', async (t) => {
  const [scenario] = await loadScenarios();
  if (!scenario) throw new Error('the catalogue is empty');
  t.match(describePlannedDrill(scenario, { guest: 'trixie', machine: 'qemu', scale: 8 }), {
    scenario: scenario.name,
    guest: 'trixie',
    machine: 'qemu',
    scale: 8,
    control: scenario.control,
    expected: scenario.expect.outcomes,
  });
});
