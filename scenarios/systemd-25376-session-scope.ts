import { beyondMax, defineScenario, hog } from '../harness/index.js';

export default await defineScenario(import.meta, {
  hypothesis:
    'With stop, the policy that systemd 252 had for every scope, the OOM kill of one task ends the whole login session, whatever DefaultOOMPolicy= says.',
  control: true,
  bundle: 'systemd-25376',
  requires: ['cgroup-v2', 'psi', 'scope-oom-policy'],
  injections: [hog({ comm: 'runaway', target: beyondMax, place: { kind: 'session', user: 'bob' } })],
  expect: { outcomes: ['unit-stopped'], sameServer: true, placeLives: false },
});
