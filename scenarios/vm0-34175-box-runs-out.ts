import { defineScenario } from '../harness/campaign/define-scenario.js';
import { DEFAULT_PHASES } from '../harness/drill/scenario.js';
import { hog } from '../harness/inject/memory-hog/hog.js';
import { beyondMax } from '../harness/inject/memory-hog/target.js';

export default await defineScenario(import.meta, {
  name: 'vm0-34175-box-runs-out',
  hypothesis: "A hard limit within 130 MB of the machine's memory is never reached: the whole machine runs out first.",
  control: true,
  bundle: 'vm0-34175',
  requires: ['cgroup-v2', 'psi'],
  suite: 'nightly',
  injections: [hog({ name: 'tool', comm: 'tool', target: beyondMax })],
  phases: { ...DEFAULT_PHASES, holdMs: 25_000 },
  expect: { outcomes: ['escaped'] },
});
