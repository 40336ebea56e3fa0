import { beyondMax, defineScenario, hog } from '../harness/index.js';

export default await defineScenario(import.meta, {
  hypothesis:
    'Where two containers share the limit of their pod, a runaway reaches that of the pod and never that of its container: the container is killed as a whole, and its own memory.events tell of no limit.',
  control: true,
  bundle: 'pod-redis-siblings',
  suite: 'full',
  requires: ['cgroup-v2', 'psi', 'cri'],
  injections: [hog({ comm: 'runaway', target: beyondMax })],
  expect: { outcomes: ['unit-stopped'] },
});
