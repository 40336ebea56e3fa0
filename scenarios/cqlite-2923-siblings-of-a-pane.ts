import { defineScenario } from '../harness/campaign/define-scenario.js';
import { DEFAULT_PHASES } from '../harness/drill/scenario.js';
import { hog } from '../harness/inject/memory-hog/hog.js';
import { beyondMax } from '../harness/inject/memory-hog/target.js';

export default await defineScenario(import.meta, {
  name: 'cqlite-2923-siblings-of-a-pane',
  hypothesis:
    'One process in a tmux pane without a cap uses up the memory of the host; the kernel kills only that process, and systemd then kills all its siblings in the pane.',
  control: true,
  bundle: 'cqlite-2923',
  requires: ['cgroup-v2', 'psi', 'tmux-scopes', 'scope-oom-policy'],
  suite: 'nightly',
  injections: [hog({ name: 'python3', comm: 'python3', target: beyondMax, place: { kind: 'pane', user: 'bob' } })],
  phases: { ...DEFAULT_PHASES, holdMs: 25_000 },
  expect: { outcomes: ['escaped'], placeLives: false },
});
