import { beyondMax, defineScenario, hog } from '../harness/index.js';

export default await defineScenario(import.meta, {
  hypothesis:
    'While an agent without a cap takes all memory and all swap of the host, no one can log in to end it: not for half a minute, although sshd itself is under no limit.',
  control: true,
  bundle: 'devvm-2026-06-10-uncapped',
  suite: 'full',
  injections: [hog({ name: 'agent', comm: 'node', target: beyondMax })],
  expect: { outcomes: ['escaped'], shutOutForMs: 30_000 },
});
