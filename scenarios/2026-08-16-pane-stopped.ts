import { defineScenario } from '../harness/campaign/define-scenario.js';
import { DEFAULT_PHASES } from '../harness/drill/scenario.js';
import { hog } from '../harness/inject/memory-hog/hog.js';
import { beyondMax } from '../harness/inject/memory-hog/target.js';

export default await defineScenario(import.meta, {
  name: '2026-08-16-pane-stopped',
  hypothesis:
    "If a pane's scope has a cap but no OOMPolicy, the kernel kills the right task, and systemd then stops the pane with everything that is left in it.",
  control: true,
  bundle: 'devvm-2026-08-16-panes',
  requires: ['cgroup-v2', 'psi', 'tmux-scopes', 'scope-oom-policy'],
  suite: 'nightly',
  injections: [hog({ name: 'runaway', comm: 'ugrep', target: beyondMax, place: { kind: 'pane', user: 'bob' } })],
  phases: { ...DEFAULT_PHASES, holdMs: 25_000 },
  expect: { outcomes: ['unit-stopped'], sameServer: true, placeLives: false },
});
