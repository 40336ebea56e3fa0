import { beyondMax, defineScenario, hog } from '../harness/index.js';

export default await defineScenario(import.meta, {
  hypothesis:
    'With --memory alone a container may swap as much again: a runaway fills that first, and dies a minute later.',
  bundle: 'docker-redis-swap',
  suite: 'full',
  injections: [hog({ comm: 'runaway', target: beyondMax })],
  expect: { outcomes: ['contained'], killed: 'injections', sameServer: true },
});
