import { defineScenario, hog, total } from '../harness/index.js';

export default await defineScenario(import.meta, {
  hypothesis:
    'A kubelet of 1.37 sets no memory.high unless it has a memoryThrottlingFactor: with the same hog at 3.8G of 4G the same Redis answers all the time.',
  bundle: 'pod-redis',
  suite: 'full',
  requires: ['cgroup-v2', 'psi', 'cri'],
  injections: [hog({ comm: 'stress', target: total('3.8G') })],
  phases: { holdMs: 45_000 },
  expect: { outcomes: ['contained'], killed: 'none', highEvents: 0, longestGapMs: 2_000, sameServer: true },
});
