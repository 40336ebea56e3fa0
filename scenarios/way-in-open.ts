import { beyondMax, defineScenario, hog } from '../harness/index.js';

export default await defineScenario(import.meta, {
  hypothesis: 'With a cap and no swap an operator can log in all the while that the same agent takes what it can get.',
  bundle: 'devvm',
  suite: 'full',
  injections: [hog({ name: 'agent', comm: 'node', target: beyondMax })],
  expect: {
    outcomes: ['contained'],
    killed: 'injections',
    longestGapMs: 5_000,
    longestLoginGapMs: 15_000,
    sameServer: true,
  },
});
