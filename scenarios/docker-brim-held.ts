import { defineScenario, hog, own } from '../harness/index.js';

export default await defineScenario(import.meta, {
  hypothesis:
    'Where what cannot be reclaimed leaves a container a few megabytes of --memory for its program text, nothing is killed, and it reads that text from the disk without end.',
  control: true,
  bundle: 'docker-node',
  suite: 'full',
  injections: [hog({ comm: 'resident', target: own('485M') })],
  phases: { holdMs: 45_000 },
  expect: { outcomes: ['degraded', 'livelocked'], killed: 'none', sameServer: true },
});
