import { beyondMax, defineScenario, hog } from '../harness/index.js';

export default await defineScenario(import.meta, {
  hypothesis:
    'An agent without a cap takes all memory of the host and all of its swap, which is on a slow disk, and in the end the host is out of memory.',
  control: true,
  bundle: 'devvm-2026-06-10-uncapped',
  injections: [hog({ name: 'agent', comm: 'node', target: beyondMax })],
  expect: { outcomes: ['escaped'] },
});
