import { whenRunAlone } from '../harness/campaign/alone.js';
import { type Scenario, USUAL_PHASES } from '../harness/drill/scenario.js';
import { hog } from '../harness/inject/memory-hog/hog.js';
import { total } from '../harness/inject/memory-hog/target.js';

const scenario: Scenario = {
  name: 'tmpfs-plateau',
  hypothesis:
    'Shared memory, which is tmpfs to the kernel and goes nowhere without swap, harms nobody in the former band.',
  control: false,
  bundle: 'devvm',
  requires: ['cgroup-v2', 'psi'],
  suite: 'nightly',
  injections: [hog({ name: 'tmpfs', comm: 'tmpfs', target: total('12.35G'), memory: 'shared' })],
  phases: { ...USUAL_PHASES, holdMs: 25_000 },
  expect: {
    outcomes: ['contained'],
    killed: 'nobody',
    highEvents: 0,
    longestGapMs: 2_000,
    besideGapMs: 5_000,
    sameServer: true,
  },
};

export default scenario;
await whenRunAlone(import.meta.url, scenario);
