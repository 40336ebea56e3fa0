import { defineScenario } from '../harness/campaign/define-scenario.js';
import { DEFAULT_PHASES } from '../harness/drill/scenario.js';
import { hog } from '../harness/inject/memory-hog/hog.js';
import { beyondMax, own } from '../harness/inject/memory-hog/target.js';

export default await defineScenario(import.meta, {
  name: 'aggregate-exhaustion',
  hypothesis:
    'Two runaways, each below its own cap, use up all memory of the host together; earlyoom kills a hog in time, and spares sshd and both web servers.',
  control: false,
  bundle: 'devvm',
  requires: ['cgroup-v2', 'psi'],
  suite: 'nightly',
  injections: [
    hog({ name: 'agent', comm: 'ugrep', target: own('13G') }),
    hog({ name: 'session', comm: 'rustc', target: beyondMax, place: { kind: 'session', user: 'bob' } }),
  ],
  phases: { ...DEFAULT_PHASES, holdMs: 25_000 },
  expect: {
    outcomes: ['contained'],
    killed: 'some-injections',
    longestGapMs: 5_000,
    sidecarGapMs: 5_000,
    sameServer: true,
  },
});
