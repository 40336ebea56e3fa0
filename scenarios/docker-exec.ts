import { beyondMax, defineScenario, hog } from '../harness/index.js';

export default await defineScenario(import.meta, {
  hypothesis:
    'A runaway that docker exec has started in a capped container dies at --memory; the Redis that is the first process there answers on, and Docker restarts nothing.',
  bundle: 'docker-redis',
  suite: 'full',
  injections: [hog({ comm: 'runaway', target: beyondMax, origin: 'exec' })],
  expect: { outcomes: ['contained'], killed: 'injections', longestGapMs: 5_000, sameServer: true },
});
