import { beyondMax, defineScenario, hog } from '../harness/index.js';

export default await defineScenario(import.meta, {
  hypothesis:
    "A runaway in a tmux pane dies at the cap of the pane's scope; the pane, another pane and the web servers live on.",
  bundle: 'devvm',
  requires: ['cgroup-v2', 'psi', 'tmux-scopes', 'scope-oom-policy'],
  injections: [hog({ name: 'runaway', comm: 'ugrep', target: beyondMax, place: { kind: 'pane', user: 'bob' } })],
  expect: {
    outcomes: ['contained'],
    killed: 'injections',
    longestGapMs: 5_000,
    sidecarGapMs: 5_000,
    sameServer: true,
    placeLives: true,
  },
});
