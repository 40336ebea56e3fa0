import { beyondMax, defineScenario, hog } from '../harness/index.js';

export default await defineScenario(import.meta, {
  hypothesis:
    'systemd-oomd, configured to kill at 20 % of memory pressure, does not act on a runaway that stalls its slice for a minute: it acts only on a cgroup that was scanned in the last 30 s, and here nothing can be reclaimed.',
  control: true,
  bundle: 'devvm-2026-06-22-oomd',
  requires: ['cgroup-v2', 'psi', 'systemd-oomd'],
  injections: [hog({ comm: 'balloon', target: beyondMax, place: { kind: 'session', user: 'bob' } })],
  phases: { holdMs: 75_000 },
  expect: { outcomes: ['contained'], killed: 'none', fullStallPercent: 80, sameServer: true },
});
