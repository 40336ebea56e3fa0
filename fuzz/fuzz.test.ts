import t from 'tap';
import { runBatch } from './batch.js';
import { PROPERTIES } from './properties.js';
import { readSeeds } from './seeds.js';

/** The night tries a million inputs; here each property is kept alive. */
const RUNS = 30;

/** Always the same inputs, so that a test that fails does so again. */
const SEED = 18;

t.test('properties and kept inputs', async (t) => {
  const names = PROPERTIES.map(({ name }) => name);
  t.same(names, [...new Set(names)], 'each name once');
  t.same(
    [...readSeeds().keys()].filter((name) => !names.includes(name)),
    [],
    'every kept input belongs to a property',
  );
});

const seeds = readSeeds();
for (const property of PROPERTIES) {
  const { name } = property;
  t.test(name, async (t) => {
    for (const { input, why } of seeds.get(name) ?? [])
      await t.resolves(async () => property.check(input), `an input of a night: ${why}`);
    const { finding } = await runBatch(property, { seed: SEED, runs: RUNS });
    t.equal(finding, undefined, finding ? `${finding.why}: ${JSON.stringify(finding.input).slice(0, 1_000)}` : 'holds');
  });
}
