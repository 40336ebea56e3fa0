import { beyondMax, defineScenario, hog } from '../harness/index.js';

export default await defineScenario(import.meta, {
  hypothesis:
    'Where the kernel chooses the first process of a container with a restart policy, the server that Docker starts again answers within a minute.',
  bundle: 'docker-redis',
  suite: 'full',
  injections: [hog({ comm: 'runaway', target: beyondMax, oomScoreAdj: -1000 })],
  expect: { outcomes: ['unit-stopped'], answersWithinMs: 60_000 },
});
