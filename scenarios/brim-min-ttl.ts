import { defineScenario } from '../harness/campaign/define-scenario.js';
import { DEFAULT_PHASES } from '../harness/drill/scenario.js';
import { CREEP, hog } from '../harness/inject/memory-hog/hog.js';
import { beyondMax } from '../harness/inject/memory-hog/target.js';

export default await defineScenario(import.meta, {
  name: 'brim-min-ttl',
  hypothesis:
    "The kernel's own thrashing prevention does not close the brim: it watches the memory of the whole host, not a cgroup's limit.",
  control: true,
  bundle: 'devvm-large-server-min-ttl',
  requires: ['cgroup-v2', 'psi', 'mglru'],
  suite: 'full',
  injections: [hog({ name: 'creeper', comm: 'creeper', target: beyondMax, creep: CREEP })],
  phases: { ...DEFAULT_PHASES, holdMs: 25_000 },
  expect: { outcomes: ['degraded'], killed: 'injections', sameServer: true },
});
