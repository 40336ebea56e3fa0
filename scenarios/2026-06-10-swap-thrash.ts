import { defineScenario } from '../harness/campaign/define-scenario.js';
import { DEFAULT_PHASES } from '../harness/drill/scenario.js';
import { hog } from '../harness/inject/memory-hog/hog.js';
import { beyondMax } from '../harness/inject/memory-hog/target.js';

export default await defineScenario(import.meta, {
  name: '2026-06-10-swap-thrash',
  hypothesis:
    'An agent without a cap pushes everything else into swap on a slow disk: clients wait longer than their patience, and in the end the host is out of memory.',
  control: true,
  bundle: 'devvm-2026-06-10-uncapped',
  requires: ['cgroup-v2', 'psi'],
  suite: 'nightly',
  injections: [hog({ name: 'agent', comm: 'node', target: beyondMax })],
  phases: { ...DEFAULT_PHASES, holdMs: 25_000 },
  expect: { outcomes: ['escaped'] },
});
