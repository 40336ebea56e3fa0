import { defineScenario } from '../harness/campaign/define-scenario.js';
import { DEFAULT_PHASES } from '../harness/drill/scenario.js';
import { hog } from '../harness/inject/memory-hog/hog.js';
import { beyondMax } from '../harness/inject/memory-hog/target.js';

export default await defineScenario(import.meta, {
  name: '2026-06-10-unit-stopped',
  hypothesis: 'Without OOMPolicy=, the OOM kill of one child ends the whole unit, including the server.',
  control: true,
  bundle: 'devvm-2026-06-10',
  requires: ['cgroup-v2', 'psi'],
  suite: 'nightly',
  injections: [hog({ name: 'runaway', comm: 'runaway', target: beyondMax })],
  phases: { ...DEFAULT_PHASES, holdMs: 25_000 },
  expect: { outcomes: ['unit-stopped'] },
});
