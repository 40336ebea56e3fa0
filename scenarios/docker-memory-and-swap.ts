import { beyondMax, defineScenario, hog } from '../harness/index.js';

export default await defineScenario(import.meta, {
  hypothesis: 'With --memory-swap as large as --memory the runaway is killed at once, on the same host with swap.',
  bundle: 'docker-redis-swap-forbidden',
  suite: 'full',
  injections: [hog({ comm: 'runaway', target: beyondMax })],
  expect: { outcomes: ['contained'], killed: 'injections', longestGapMs: 5_000, sameServer: true },
});
