import { defineScenario } from '../harness/campaign/define-scenario.js';
import { DEFAULT_PHASES } from '../harness/drill/scenario.js';
import { hog } from '../harness/inject/memory-hog/hog.js';
import { beyondMax } from '../harness/inject/memory-hog/target.js';

export default await defineScenario(import.meta, {
  name: 'two-runaways',
  hypothesis:
    "Two runaways, one after the other, are both killed, and a client's session survives both and the minute after.",
  control: false,
  bundle: 'devvm',
  requires: ['cgroup-v2', 'psi'],
  suite: 'nightly',
  injections: [
    hog({ name: 'first', comm: 'runaway', target: beyondMax }),
    hog({ name: 'second', comm: 'runaway', target: beyondMax }),
  ],
  phases: { ...DEFAULT_PHASES, holdMs: 60_000 },
  expect: { outcomes: ['contained'], killed: 'injections', longestGapMs: 5_000, sidecarGapMs: 5_000, sameServer: true },
});
