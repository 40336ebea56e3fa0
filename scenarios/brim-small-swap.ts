import { whenRunAlone } from '../harness/campaign/alone.js';
import { type Scenario, USUAL_PHASES } from '../harness/drill/scenario.js';
import { CREEP, hog } from '../harness/inject/memory-hog/hog.js';
import { beyondMax } from '../harness/inject/memory-hog/target.js';

const scenario: Scenario = {
  name: 'brim-small-swap',
  hypothesis:
    'A little swap does not close the brim: a hog that creeps on fills it, and then the band is there as before.',
  control: true,
  bundle: 'devvm-large-server-swap',
  requires: ['cgroup-v2', 'psi'],
  suite: 'full',
  injections: [hog({ name: 'creeper', comm: 'creeper', target: beyondMax, creep: CREEP })],
  phases: { ...USUAL_PHASES, holdMs: 25_000 },
  expect: { outcomes: ['degraded'], killed: 'hog', sameServer: true },
};

export default scenario;
await whenRunAlone(import.meta.url, scenario);
