import { between, defineScenario, hog } from '../harness/index.js';

export default await defineScenario(import.meta, {
  hypothesis:
    'On a host of 448 MiB the soft band silences the server as on a large one, and the server answers within seconds once MemoryHigh is gone.',
  bundle: 'smallest-host',
  suite: 'full',
  injections: [hog({ comm: 'hog', target: between(0.3) })],
  repair: { set: { MemoryHigh: 'infinity' }, stayMs: 15_000 },
  expect: { outcomes: ['livelocked'], killed: 'none', repairedWithinMs: 10_000, sameServer: true },
});
