import { defineScenario } from '../harness/campaign/define-scenario.js';
import { DEFAULT_PHASES } from '../harness/drill/scenario.js';
import { CREEP, hog } from '../harness/inject/memory-hog/hog.js';
import { beyondMax } from '../harness/inject/memory-hog/target.js';

export default await defineScenario(import.meta, {
  name: 'brim',
  hypothesis:
    'Without MemoryHigh there is still a band just below MemoryMax in which a hog silences a server with much program text, and is not killed.',
  control: true,
  bundle: 'devvm-large-server',
  requires: ['cgroup-v2', 'psi'],
  suite: 'nightly',
  injections: [hog({ name: 'creeper', comm: 'creeper', target: beyondMax, creep: CREEP })],
  phases: { ...DEFAULT_PHASES, holdMs: 25_000 },
  expect: { outcomes: ['degraded'], killed: 'injections', sameServer: true },
});
