import { whenRunAlone } from '../harness/campaign/alone.js';
import { type Scenario, USUAL_PHASES } from '../harness/drill/scenario.js';
import { hog } from '../harness/inject/memory-hog/hog.js';
import { total } from '../harness/inject/memory-hog/target.js';

const scenario: Scenario = {
  name: 'churning-plateau',
  hypothesis: 'A hog in the former band that keeps rewriting its memory harms nobody, as the idle one does.',
  control: false,
  bundle: 'devvm',
  requires: ['cgroup-v2', 'psi'],
  suite: 'nightly',
  injections: [hog({ name: 'churn', comm: 'churn', target: total('12.35G'), hold: 'churn' })],
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
