import { between, defineScenario, hog } from '../harness/index.js';

export default await defineScenario(import.meta, {
  hypothesis:
    'A heartbeat on a protected side path stays healthy while the work hangs: only a full answer of the work itself shows it.',
  control: true,
  bundle: 'vm0-27110',
  injections: [hog({ name: 'tool', comm: 'node', target: between(0.4) })],
  phases: { holdMs: 45_000 },
  expect: { outcomes: ['livelocked'], killed: 'none', sidecarGapMs: 5_000 },
});
