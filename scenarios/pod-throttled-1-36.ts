import { defineScenario, hog, total } from '../harness/index.js';

export default await defineScenario(import.meta, {
  hypothesis:
    'A kubelet of 1.27 to 1.36 with MemoryQoS sets memory.high at 0.9 of the way from the request to the limit, here 3.7G: a smaller band, in which a hog at 3.8G silences the same Redis.',
  control: true,
  bundle: 'pod-redis-1-36',
  suite: 'full',
  requires: ['cgroup-v2', 'psi', 'cri'],
  injections: [hog({ comm: 'stress', target: total('3.8G') })],
  phases: { holdMs: 45_000 },
  expect: { outcomes: ['livelocked'], killed: 'none' },
});
