import { beyondMax, defineScenario, hog } from '../harness/index.js';

export default await defineScenario(import.meta, {
  hypothesis:
    "If a pane's scope has a cap but no OOMPolicy, the kernel kills the right task, and systemd then stops the pane with everything that is left in it.",
  control: true,
  bundle: 'devvm-2026-08-16-panes',
  requires: ['cgroup-v2', 'psi', 'tmux-scopes', 'scope-oom-policy'],
  injections: [hog({ name: 'runaway', comm: 'ugrep', target: beyondMax, place: { kind: 'pane', user: 'bob' } })],
  expect: { outcomes: ['unit-stopped'], sameServer: true, placeLives: false },
});
