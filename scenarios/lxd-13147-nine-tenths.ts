import { between, defineScenario, hog } from '../harness/index.js';

export default await defineScenario(import.meta, {
  hypothesis:
    'A container whose soft limit is nine tenths of its hard one stands still while its memory is halfway between them, and nothing in it is killed.',
  control: true,
  bundle: 'lxd-13147',
  injections: [hog({ comm: 'stress', target: between(0.5) })],
  phases: { holdMs: 45_000 },
  expect: { outcomes: ['livelocked'], killed: 'none', sameServer: true },
});
