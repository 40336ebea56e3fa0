import { whenRunAlone } from '../harness/campaign/alone.js';
import { type Scenario, USUAL_PHASES } from '../harness/drill/scenario.js';
import { hog } from '../harness/inject/memory-hog/hog.js';
import { own } from '../harness/inject/memory-hog/target.js';

const scenario: Scenario = {
  name: 'aggregate-of-many',
  hypothesis:
    "Two builds of four tasks each, all below their caps and none much larger than a server's share, take all of the box's memory together; earlyoom kills tasks of theirs in time, and spares sshd and both web servers.",
  control: false,
  bundle: 'devvm',
  requires: ['cgroup-v2', 'psi'],
  suite: 'nightly',
  injections: [
    hog({ name: 'agent', comm: 'cc1plus', target: own('13G'), tasks: 4 }),
    hog({ name: 'session', comm: 'rustc', target: own('13G'), tasks: 4, place: { kind: 'session', user: 'bob' } }),
  ],
  phases: { ...USUAL_PHASES, holdMs: 25_000 },
  expect: { outcomes: ['contained'], killed: 'some-hog', longestGapMs: 5_000, besideGapMs: 5_000, sameServer: true },
};

export default scenario;
await whenRunAlone(import.meta.url, scenario);
