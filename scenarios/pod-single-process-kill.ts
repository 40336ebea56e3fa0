import { beyondMax, defineScenario, hog } from '../harness/index.js';

export default await defineScenario(import.meta, {
  hypothesis:
    'With singleProcessOOMKill the same runaway dies alone at limits.memory, and the Redis that started it answers on.',
  bundle: 'pod-redis-single',
  suite: 'full',
  requires: ['cgroup-v2', 'psi', 'cri'],
  injections: [hog({ comm: 'runaway', target: beyondMax })],
  expect: { outcomes: ['contained'], killed: 'injections', longestGapMs: 5_000, sameServer: true },
});
