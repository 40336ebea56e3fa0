import { defineScenario, hog, total } from '../harness/index.js';

export default await defineScenario(import.meta, {
  hypothesis:
    'A kubelet of 1.22 to 1.26 with MemoryQoS sets memory.high to 0.8 of the limit: a hog that grows to 3.3G of 4G is throttled there, nothing is killed, and the Redis next to it answers no client.',
  control: true,
  bundle: 'pod-redis-1-26',
  suite: 'full',
  requires: ['cgroup-v2', 'psi', 'cri'],
  injections: [hog({ comm: 'stress', target: total('3.3G') })],
  phases: { holdMs: 45_000 },
  expect: { outcomes: ['livelocked'], killed: 'none' },
});
