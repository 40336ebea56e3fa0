import { beyondMax, defineScenario, hog } from '../harness/index.js';

export default await defineScenario(import.meta, {
  hypothesis: 'The same where a shell is the first process of the container, and waits for the server.',
  bundle: 'docker-redis-shell',
  suite: 'full',
  injections: [hog({ comm: 'runaway', target: beyondMax })],
  expect: { outcomes: ['contained'], killed: 'injections', longestGapMs: 5_000, sameServer: true },
});
