import { beyondMax, defineScenario, hog } from '../harness/index.js';

export default await defineScenario(import.meta, {
  hypothesis:
    'An agent without a cap pushes everything else into swap on a slow disk: clients wait longer than their patience, and in the end the host is out of memory.',
  control: true,
  bundle: 'devvm-2026-06-10-uncapped',
  injections: [hog({ name: 'agent', comm: 'node', target: beyondMax })],
  expect: { outcomes: ['escaped'] },
});
