import { defineScenario } from '../harness/campaign/define-scenario.js';
import { DEFAULT_PHASES } from '../harness/drill/scenario.js';
import { hog } from '../harness/inject/memory-hog/hog.js';
import { own } from '../harness/inject/memory-hog/target.js';

export default await defineScenario(import.meta, {
  name: 'aggregate-of-many',
  hypothesis:
    "Two builds of four tasks each, all below their caps and none much larger than a server's share, use up all memory of the host together; earlyoom kills some of the tasks in time, and spares sshd and both web servers.",
  control: false,
  bundle: 'devvm',
  requires: ['cgroup-v2', 'psi'],
  suite: 'nightly',
  injections: [
    hog({ name: 'agent', comm: 'cc1plus', target: own('13G'), tasks: 4 }),
    hog({ name: 'session', comm: 'rustc', target: own('13G'), tasks: 4, place: { kind: 'session', user: 'bob' } }),
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
