import { whenRunAlone } from '../harness/campaign/alone.js';
import { type Scenario, USUAL_PHASES } from '../harness/drill/scenario.js';
import { hog } from '../harness/inject/memory-hog/hog.js';
import { beyondMax, own } from '../harness/inject/memory-hog/target.js';

const scenario: Scenario = {
  name: 'aggregate-exhaustion',
  hypothesis:
    "Two runaways, each below its own cap, take all of the box's memory together; earlyoom kills a hog in time, and spares sshd and both web servers.",
  control: false,
  bundle: 'devvm',
  requires: ['cgroup-v2', 'psi'],
  suite: 'nightly',
  injections: [
    hog({ name: 'agent', comm: 'ugrep', target: own('13G') }),
    hog({ name: 'session', comm: 'rustc', target: beyondMax, place: { kind: 'session', user: 'bob' } }),
  ],
  phases: { ...USUAL_PHASES, holdMs: 25_000 },
  expect: { outcomes: ['contained'], killed: 'some-hog', longestGapMs: 5_000, besideGapMs: 5_000, sameServer: true },
};

export default scenario;
await whenRunAlone(import.meta.url, scenario);
