import { defineScenario } from '../harness/campaign/define-scenario.js';
import { DEFAULT_PHASES } from '../harness/drill/scenario.js';
import { CREEP, hog } from '../harness/inject/memory-hog/hog.js';
import { beyondMax } from '../harness/inject/memory-hog/target.js';

export default await defineScenario(import.meta, {
  name: 'brim-small-swap',
  hypothesis:
    'A little swap does not close the brim: a hog that keeps creeping fills it, and then the band is there as before.',
  control: true,
  bundle: 'devvm-large-server-swap',
  requires: ['cgroup-v2', 'psi'],
  suite: 'full',
  injections: [hog({ name: 'creeper', comm: 'creeper', target: beyondMax, creep: CREEP })],
  phases: { ...DEFAULT_PHASES, holdMs: 25_000 },
  expect: { outcomes: ['degraded'], killed: 'injections', sameServer: true },
});
