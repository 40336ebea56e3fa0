import { whenRunAlone } from '../harness/campaign/alone.js';
import { type Scenario, USUAL_PHASES } from '../harness/drill/scenario.js';
import { hog } from '../harness/inject/memory-hog/hog.js';
import { between } from '../harness/inject/memory-hog/target.js';

const scenario: Scenario = {
  name: 'vm0-27110-side-heartbeat',
  hypothesis:
    'A heartbeat on a protected side path stays healthy while the work hangs: only a full answer of the work itself tells.',
  control: true,
  bundle: 'vm0-27110',
  requires: ['cgroup-v2', 'psi'],
  suite: 'nightly',
  injections: [hog({ name: 'tool', comm: 'node', target: between(0.4) })],
  phases: USUAL_PHASES,
  expect: { outcomes: ['livelocked'], killed: 'nobody', besideGapMs: 5_000 },
};

export default scenario;
await whenRunAlone(import.meta.url, scenario);
