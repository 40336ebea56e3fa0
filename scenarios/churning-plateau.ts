import { defineScenario, hog, total } from '../harness/index.js';

export default await defineScenario(import.meta, {
  hypothesis: 'A hog in the former band that keeps rewriting its memory does no harm.',
  bundle: 'devvm',
  injections: [hog({ comm: 'churn', target: total('12.35G'), hold: 'churn' })],
  expect: {
    outcomes: ['contained'],
    killed: 'none',
    highEvents: 0,
    longestGapMs: 2_000,
    sidecarGapMs: 5_000,
    sameServer: true,
  },
});
