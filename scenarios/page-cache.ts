import { defineScenario } from '../harness/campaign/define-scenario.js';
import { DEFAULT_PHASES } from '../harness/drill/scenario.js';
import { hog } from '../harness/inject/memory-hog/hog.js';
import { beyondMax } from '../harness/inject/memory-hog/target.js';

export default await defineScenario(import.meta, {
  name: 'page-cache',
  hypothesis:
    'A process that reads endless files fills the cgroup to MemoryMax with page cache; the kernel reclaims it, kills nothing, and the server keeps answering.',
  control: false,
  bundle: 'devvm',
  requires: ['cgroup-v2', 'psi'],
  suite: 'nightly',
  injections: [hog({ name: 'reader', comm: 'reader', target: beyondMax, memory: 'page-cache' })],
  phases: { ...DEFAULT_PHASES, holdMs: 25_000 },
  expect: { outcomes: ['contained'], killed: 'none', longestGapMs: 2_000, sidecarGapMs: 5_000, sameServer: true },
});
