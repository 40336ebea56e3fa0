import { defineScenario } from '../harness/campaign/define-scenario.js';
import { DEFAULT_PHASES } from '../harness/drill/scenario.js';
import { hog } from '../harness/inject/memory-hog/hog.js';
import { total } from '../harness/inject/memory-hog/target.js';

export default await defineScenario(import.meta, {
  name: 'churning-plateau',
  hypothesis: 'A hog in the former band that keeps rewriting its memory does no more harm than an idle one.',
  control: false,
  bundle: 'devvm',
  requires: ['cgroup-v2', 'psi'],
  suite: 'nightly',
  injections: [hog({ name: 'churn', comm: 'churn', target: total('12.35G'), hold: 'churn' })],
  phases: { ...DEFAULT_PHASES, holdMs: 25_000 },
  expect: {
    outcomes: ['contained'],
    killed: 'none',
    highEvents: 0,
    longestGapMs: 2_000,
    sidecarGapMs: 5_000,
    sameServer: true,
  },
});
