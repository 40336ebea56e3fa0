import { defineScenario } from '../harness/campaign/define-scenario.js';
import { DEFAULT_PHASES } from '../harness/drill/scenario.js';
import { hog } from '../harness/inject/memory-hog/hog.js';
import { beyondMax } from '../harness/inject/memory-hog/target.js';

export default await defineScenario(import.meta, {
  name: 'systemd-25376-session-scope',
  hypothesis:
    'With stop, the policy that systemd 252 had for every scope, the OOM kill of one task ends the whole login session, whatever DefaultOOMPolicy= says.',
  control: true,
  bundle: 'systemd-25376',
  requires: ['cgroup-v2', 'psi', 'scope-oom-policy'],
  suite: 'nightly',
  injections: [hog({ name: 'runaway', comm: 'runaway', target: beyondMax, place: { kind: 'session', user: 'bob' } })],
  phases: { ...DEFAULT_PHASES, holdMs: 25_000 },
  expect: { outcomes: ['unit-stopped'], sameServer: true, placeLives: false },
});
