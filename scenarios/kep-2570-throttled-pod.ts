import { beyondMax, defineScenario, hog } from '../harness/index.js';

export default await defineScenario(import.meta, {
  hypothesis:
    'A pod that grows by 10 MiB/s is throttled at memory.high: in the 45 s of the hold it does not reach its limit, nothing is killed, and it answers no client.',
  control: true,
  bundle: 'kep-2570',
  injections: [hog({ comm: 'stress', target: beyondMax, rate: '10M' })],
  phases: { holdMs: 45_000 },
  expect: { outcomes: ['livelocked'], killed: 'none' },
});
