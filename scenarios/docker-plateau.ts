import { defineScenario, hog, total } from '../harness/index.js';

export default await defineScenario(import.meta, {
  hypothesis:
    'A hog that stays at three quarters of --memory does no harm: the server in the container answers on, and nothing is killed.',
  bundle: 'docker-redis',
  suite: 'full',
  injections: [hog({ comm: 'batch', target: total('3G') })],
  phases: { holdMs: 45_000 },
  expect: { outcomes: ['contained'], killed: 'none', highEvents: 0, longestGapMs: 2_000, sameServer: true },
});
