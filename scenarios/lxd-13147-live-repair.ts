import { between, defineScenario, hog } from '../harness/index.js';

export default await defineScenario(import.meta, {
  hypothesis:
    'The hard limit alone, as the project repaired it, lets the running container answer within seconds, with the memory still there and without a restart.',
  bundle: 'lxd-13147',
  injections: [hog({ comm: 'stress', target: between(0.5) })],
  repair: { set: { MemoryHigh: 'infinity' }, stayMs: 15_000 },
  expect: { outcomes: ['livelocked'], killed: 'none', repairedWithinMs: 10_000, sameServer: true },
});
