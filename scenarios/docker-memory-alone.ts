import { beyondMax, defineScenario, hog } from '../harness/index.js';

export default await defineScenario(import.meta, {
  hypothesis:
    'With --memory alone a container may swap as much again: on a slow disk its server gives no answer for long before the runaway dies.',
  control: true,
  bundle: 'docker-redis-swap',
  suite: 'full',
  injections: [hog({ comm: 'runaway', target: beyondMax })],
  expect: { outcomes: ['livelocked', 'degraded'] },
});
