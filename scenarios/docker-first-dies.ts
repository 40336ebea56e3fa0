import { beyondMax, defineScenario, hog } from '../harness/index.js';

export default await defineScenario(import.meta, {
  hypothesis:
    'Where the kernel chooses the first process of a container, the whole container ends with it, and what Docker starts again is another server.',
  control: true,
  bundle: 'docker-redis',
  suite: 'full',
  injections: [hog({ comm: 'runaway', target: beyondMax, oomScoreAdj: -1000 })],
  expect: { outcomes: ['unit-stopped'] },
});
