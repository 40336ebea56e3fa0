import { beyondMax, defineScenario, hog, own } from '../harness/index.js';

export default await defineScenario(import.meta, {
  hypothesis: 'Of two containers below the limit of one slice the larger dies, which is not the one that runs away.',
  control: true,
  bundle: 'docker-siblings',
  suite: 'full',
  injections: [hog({ comm: 'runaway', target: beyondMax, tasks: 16, place: { kind: 'container' } })],
  bystanders: [hog({ name: 'worker', comm: 'worker', target: own('1.5G') })],
  expect: { outcomes: ['collateral-kill'] },
});
