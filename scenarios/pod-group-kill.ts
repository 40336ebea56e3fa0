import { beyondMax, defineScenario, hog } from '../harness/index.js';

export default await defineScenario(import.meta, {
  hypothesis:
    'In a pod as the kubelet makes it since 1.28 (memory.oom.group=1), a runaway child that reaches limits.memory takes the whole container with it, the Redis that started it included.',
  control: true,
  bundle: 'pod-redis',
  suite: 'full',
  requires: ['cgroup-v2', 'psi', 'cri'],
  injections: [hog({ comm: 'runaway', target: beyondMax })],
  expect: { outcomes: ['unit-stopped'] },
});
