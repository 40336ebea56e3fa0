import t from 'tap';
import { runBatch } from './batch.js';
import { PROPERTIES } from './properties.js';
import { readSeeds } from './seeds.js';

/** The night tries a million inputs; here each property is kept alive. */
const RUNS = 30;

/** Always the same inputs, so that a test that fails does so again. */
const SEED = 18;

/** Properties that do not hold yet, and why: this list is to be empty. */
const PRINTED = 'text from outside acts where it is printed';
const OPEN: Readonly<Record<string, string>> = {
  'write-markdown': PRINTED,
  'write-terminal': PRINTED,
  'write-lint-text': PRINTED,
  'write-lint-github': PRINTED,
  'write-lint-sarif': 'half a character in a path ends it',
  'write-map-for-people': PRINTED,
  'write-sweep-for-people': PRINTED,
  'write-validation-for-people': PRINTED,
  'write-history-for-people': PRINTED,
  'write-config-for-people': PRINTED,
  'write-new-folder-for-people': PRINTED,
  'write-status-for-people': PRINTED,
  'write-mutation-for-people': PRINTED,
};

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
  t.test(name, { todo: OPEN[name] ?? false }, async (t) => {
    for (const { input, why } of seeds.get(name) ?? [])
      await t.resolves(async () => property.check(input), `an input of a night: ${why}`);
    const { finding } = await runBatch(property, { seed: SEED, runs: RUNS });
    t.equal(finding, undefined, finding ? `${finding.why}: ${JSON.stringify(finding.input).slice(0, 1_000)}` : 'holds');
  });
}
