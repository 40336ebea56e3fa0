import { beyondMax, defineScenario, hog } from '../harness/index.js';

export default await defineScenario(import.meta, {
  hypothesis:
    'Where the kernel chooses the first process in place of what docker exec has started, that ends as well: it is not a child of it, and yet in its PID namespace.',
  control: true,
  bundle: 'docker-redis',
  suite: 'full',
  injections: [hog({ comm: 'runaway', target: beyondMax, origin: 'exec', oomScoreAdj: -1000 })],
  expect: { outcomes: ['unit-stopped'] },
});
