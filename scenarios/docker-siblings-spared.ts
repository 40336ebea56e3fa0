import { beyondMax, defineScenario, hog, own } from '../harness/index.js';

export default await defineScenario(import.meta, {
  hypothesis: 'With a negative --oom-score-adj for its container the larger one is spared, and the runaway dies.',
  bundle: 'docker-siblings-scored',
  suite: 'full',
  injections: [hog({ comm: 'runaway', target: beyondMax, tasks: 16, place: { kind: 'container' } })],
  bystanders: [hog({ name: 'worker', comm: 'worker', target: own('1.5G') })],
  expect: { outcomes: ['contained'], killed: 'injections', longestGapMs: 5_000, sameServer: true },
});
