import { beyondMax, defineScenario, hog } from '../harness/index.js';

export default await defineScenario(import.meta, {
  hypothesis:
    'A server that loses its listener after an OOM kill in its cgroup stays active and answers no client, and the drill reports it.',
  control: true,
  bundle: 'devvm',
  injections: [
    hog({ name: 'first', comm: 'runaway', target: beyondMax }),
    hog({ name: 'second', comm: 'runaway', target: beyondMax }),
  ],
  standIn: { losesListenerAfterOom: true },
  expect: { outcomes: ['wounded'], killed: 'injections' },
});
