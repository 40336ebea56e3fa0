import { beyondMax, defineScenario, hog } from '../harness/index.js';

export default await defineScenario(import.meta, {
  hypothesis: 'Without OOMPolicy=, the OOM kill of one child ends the whole unit, including the server.',
  control: true,
  bundle: 'devvm-2026-06-10',
  injections: [hog({ comm: 'runaway', target: beyondMax })],
  expect: { outcomes: ['unit-stopped'] },
});
