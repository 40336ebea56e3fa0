import { beyondMax, defineScenario, hog } from '../harness/index.js';

export default await defineScenario(import.meta, {
  hypothesis:
    'A runaway in a session whose slice has no cap takes the whole host with it, first into swap on a slow disk and then out of memory.',
  control: true,
  bundle: 'devvm-2026-06-22',
  injections: [hog({ comm: 'ugrep', target: beyondMax, place: { kind: 'session', user: 'bob' } })],
  expect: { outcomes: ['escaped'] },
});
