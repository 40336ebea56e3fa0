import { defineScenario } from '../harness/campaign/define-scenario.js';
import { DEFAULT_PHASES } from '../harness/drill/scenario.js';
import { hog } from '../harness/inject/memory-hog/hog.js';
import { beyondMax } from '../harness/inject/memory-hog/target.js';

export default await defineScenario(import.meta, {
  name: '2026-06-22-uncapped-user-slice',
  hypothesis:
    'A runaway in a session whose slice has no cap takes the whole host with it, first into swap on a slow disk and then out of memory.',
  control: true,
  bundle: 'devvm-2026-06-22',
  requires: ['cgroup-v2', 'psi'],
  suite: 'nightly',
  injections: [hog({ name: 'ugrep', comm: 'ugrep', target: beyondMax, place: { kind: 'session', user: 'bob' } })],
  phases: { ...DEFAULT_PHASES, holdMs: 25_000 },
  expect: { outcomes: ['escaped'] },
});
