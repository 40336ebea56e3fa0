import { defineScenario } from '../harness/campaign/define-scenario.js';
import { DEFAULT_PHASES } from '../harness/drill/scenario.js';
import { hog } from '../harness/inject/memory-hog/hog.js';
import { between } from '../harness/inject/memory-hog/target.js';

export default await defineScenario(import.meta, {
  name: 'vm0-27110-side-heartbeat',
  hypothesis:
    'A heartbeat on a protected side path stays healthy while the work hangs: only a full answer of the work itself shows it.',
  control: true,
  bundle: 'vm0-27110',
  requires: ['cgroup-v2', 'psi'],
  suite: 'nightly',
  injections: [hog({ name: 'tool', comm: 'node', target: between(0.4) })],
  phases: DEFAULT_PHASES,
  expect: { outcomes: ['livelocked'], killed: 'none', sidecarGapMs: 5_000 },
});
