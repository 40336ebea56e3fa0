import fc from 'fast-check';
import t from 'tap';
import { allScenarios } from './catalogue.js';
import { expectedMs, plannedDrill, shardNamed, shardOf } from './shard.js';

t.test('names of shards', async (t) => {
  t.same(shardNamed('2/3'), { index: 2, of: 3 });
  for (const text of ['0/3', '4/3', '1/0', '1', 'a/b', '1/3/5', '-1/3', '1.5/3', ''])
    t.throws(() => shardNamed(text), { code: 'SHARD_INVALID' }, text);
});

t.test('each scenario is in one shard, and no shard is left behind', async (t) => {
  const all = await allScenarios();
  const longest = Math.max(...all.map(expectedMs));
  const took = (scenarios: typeof all) => scenarios.reduce((sum, scenario) => sum + expectedMs(scenario), 0);
  fc.assert(
    fc.property(fc.shuffledSubarray(all, { minLength: 1 }), fc.integer({ min: 1, max: 30 }), (suite, of) => {
      if (of > suite.length) {
        const last = () => shardOf(suite, { index: of, of });
        t.throws(last, { code: 'SHARD_EMPTY' });
        return;
      }
      const shards = Array.from({ length: of }, (_, index) => shardOf(suite, { index: index + 1, of }));
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
        t.ok(took(shard) <= took(suite) / of + longest);
      }
      // Each pod cuts for itself.
      const turned = shardOf(suite.toReversed(), { index: 1, of });
      t.same(new Set(turned), new Set(shards[0]));
    }),
    { numRuns: 50 },
  );
});

t.test('a drill as it is planned', async (t) => {
  const [scenario] = await allScenarios();
  if (!scenario) throw new Error('the catalogue is empty');
  t.match(plannedDrill(scenario, { guest: 'trixie', machine: 'qemu', scale: 8 }), {
    scenario: scenario.name,
    guest: 'trixie',
    machine: 'qemu',
    scale: 8,
    control: scenario.control,
    expected: scenario.expect.outcomes,
  });
});
