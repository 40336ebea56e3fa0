import { defineScenario } from '../harness/campaign/define-scenario.js';
import { DEFAULT_PHASES } from '../harness/drill/scenario.js';
import { hog } from '../harness/inject/memory-hog/hog.js';
import { beyondMax } from '../harness/inject/memory-hog/target.js';

export default await defineScenario(import.meta, {
  name: 'kep-2570-throttled-pod',
  hypothesis:
    'A pod that grows by 10 MiB/s is throttled without end at memory.high: it never reaches its limit, nothing is killed, and it answers no client.',
  control: true,
  bundle: 'kep-2570',
  requires: ['cgroup-v2', 'psi'],
  suite: 'nightly',
  injections: [hog({ name: 'stress', comm: 'stress', target: beyondMax, rate: '10M' })],
  phases: DEFAULT_PHASES,
  expect: { outcomes: ['livelocked'], killed: 'none' },
});
