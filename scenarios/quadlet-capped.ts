import { beyondMax, defineScenario, hog } from '../harness/index.js';

export default await defineScenario(import.meta, {
  hypothesis: 'A runaway in the container of a quadlet with MemoryMax= dies at it; the Redis next to it answers on.',
  bundle: 'quadlet-redis',
  suite: 'full',
  requires: ['cgroup-v2', 'psi', 'quadlets'],
  injections: [hog({ comm: 'runaway', target: beyondMax })],
  expect: { outcomes: ['contained'], killed: 'injections', longestGapMs: 5_000, sameServer: true },
});
