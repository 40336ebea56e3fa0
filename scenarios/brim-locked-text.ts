import { defineScenario } from '../harness/campaign/define-scenario.js';
import { DEFAULT_PHASES } from '../harness/drill/scenario.js';
import { CREEP, hog } from '../harness/inject/memory-hog/hog.js';
import { beyondMax } from '../harness/inject/memory-hog/target.js';

export default await defineScenario(import.meta, {
  name: 'brim-locked-text',
  hypothesis:
    'A server whose program text is locked into memory keeps answering while a hog creeps up to MemoryMax and is killed.',
  control: false,
  bundle: 'devvm-large-server-locked',
  requires: ['cgroup-v2', 'psi'],
  suite: 'full',
  injections: [hog({ name: 'creeper', comm: 'creeper', target: beyondMax, creep: CREEP })],
  phases: { ...DEFAULT_PHASES, holdMs: 25_000 },
  expect: { outcomes: ['contained'], killed: 'injections', longestGapMs: 5_000, sameServer: true },
});
