import { defineScenario } from '../harness/campaign/define-scenario.js';
import { DEFAULT_PHASES } from '../harness/drill/scenario.js';
import { hog } from '../harness/inject/memory-hog/hog.js';
import { beyondMax } from '../harness/inject/memory-hog/target.js';

export default await defineScenario(import.meta, {
  name: 'many-children',
  hypothesis:
    'Eight children that exceed MemoryMax only together are killed one after the other until the rest fits, and nothing else is killed.',
  control: false,
  bundle: 'devvm',
  requires: ['cgroup-v2', 'psi'],
  suite: 'nightly',
  injections: [hog({ name: 'build', comm: 'cc1plus', target: beyondMax, tasks: 8 })],
  phases: { ...DEFAULT_PHASES, holdMs: 25_000 },
  expect: { outcomes: ['contained'], killed: 'injections', longestGapMs: 5_000, sidecarGapMs: 5_000, sameServer: true },
});
