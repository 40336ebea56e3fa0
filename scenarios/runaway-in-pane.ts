import { defineScenario } from '../harness/campaign/define-scenario.js';
import { DEFAULT_PHASES } from '../harness/drill/scenario.js';
import { hog } from '../harness/inject/memory-hog/hog.js';
import { beyondMax } from '../harness/inject/memory-hog/target.js';

export default await defineScenario(import.meta, {
  name: 'runaway-in-pane',
  hypothesis:
    "A runaway in a tmux pane dies at the cap of the pane's scope; the pane, another pane and the web servers live on.",
  control: false,
  bundle: 'devvm',
  requires: ['cgroup-v2', 'psi', 'tmux-scopes', 'scope-oom-policy'],
  suite: 'nightly',
  injections: [hog({ name: 'runaway', comm: 'ugrep', target: beyondMax, place: { kind: 'pane', user: 'bob' } })],
  phases: { ...DEFAULT_PHASES, holdMs: 25_000 },
  expect: {
    outcomes: ['contained'],
    killed: 'injections',
    longestGapMs: 5_000,
    sidecarGapMs: 5_000,
    sameServer: true,
    placeLives: true,
  },
});
