import { between, defineScenario, hog } from '../harness/index.js';

export default await defineScenario(import.meta, {
  hypothesis:
    'MemoryHigh raised to MemoryMax on the running unit, as the project repaired it, closes the band: the daemon answers within seconds, with the burst still there and without a restart.',
  bundle: 'containarium-1454',
  injections: [hog({ name: 'burst', comm: 'containarium', target: between(0.125) })],
  repair: { set: { MemoryHigh: '384M' }, stayMs: 15_000 },
  expect: { outcomes: ['livelocked'], killed: 'none', repairedWithinMs: 10_000, sameServer: true },
});
