import { whenRunAlone } from '../harness/campaign/alone.js';
import { type Scenario, USUAL_PHASES } from '../harness/drill/scenario.js';
import { CREEP, hog } from '../harness/inject/memory-hog/hog.js';
import { beyondMax } from '../harness/inject/memory-hog/target.js';

const scenario: Scenario = {
  name: 'mieweb-431-brim',
  hypothesis:
    'A container with a hard limit and no soft one, nearly all of it in memory that goes nowhere, answers late or not at all, and nothing is killed before the last page is gone.',
  control: true,
  bundle: 'mieweb-431',
  requires: ['cgroup-v2', 'psi'],
  suite: 'nightly',
  injections: [hog({ name: 'creeper', comm: 'creeper', target: beyondMax, creep: CREEP })],
  phases: { ...USUAL_PHASES, holdMs: 25_000 },
  expect: { outcomes: ['degraded'], killed: 'hog', sameServer: true },
};

export default scenario;
await whenRunAlone(import.meta.url, scenario);
