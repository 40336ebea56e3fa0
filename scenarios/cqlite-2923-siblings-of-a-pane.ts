import { beyondMax, defineScenario, hog } from '../harness/index.js';

export default await defineScenario(import.meta, {
  hypothesis:
    'One process in a tmux pane without a cap uses up the memory of the host; the kernel kills only that process, and systemd then kills all its siblings in the pane.',
  control: true,
  bundle: 'cqlite-2923',
  requires: ['cgroup-v2', 'psi', 'tmux-scopes', 'scope-oom-policy'],
  injections: [hog({ comm: 'python3', target: beyondMax, place: { kind: 'pane', user: 'bob' } })],
  expect: { outcomes: ['escaped'], placeLives: false },
});
