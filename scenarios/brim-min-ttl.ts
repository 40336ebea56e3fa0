import { whenRunAlone } from '../harness/campaign/alone.js';
import { type Scenario, USUAL_PHASES } from '../harness/drill/scenario.js';
import { CREEP, hog } from '../harness/inject/memory-hog/hog.js';
import { beyondMax } from '../harness/inject/memory-hog/target.js';

const scenario: Scenario = {
  name: 'brim-min-ttl',
  hypothesis:
    "The kernel's own thrashing prevention does not close the brim: it looks at the whole box, and not at a cgroup's limit.",
  control: true,
  bundle: 'devvm-large-server-min-ttl',
  requires: ['cgroup-v2', 'psi', 'mglru'],
  suite: 'full',
  injections: [hog({ name: 'creeper', comm: 'creeper', target: beyondMax, creep: CREEP })],
  phases: { ...USUAL_PHASES, holdMs: 25_000 },
  expect: { outcomes: ['degraded'], killed: 'hog', sameServer: true },
};

export default scenario;
await whenRunAlone(import.meta.url, scenario);
