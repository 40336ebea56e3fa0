import { defineScenario } from '../harness/campaign/define-scenario.js';
import { DEFAULT_PHASES } from '../harness/drill/scenario.js';
import { hog } from '../harness/inject/memory-hog/hog.js';
import { beyondMax } from '../harness/inject/memory-hog/target.js';

export default await defineScenario(import.meta, {
  name: '2026-06-22-oomd-inert',
  hypothesis:
    'systemd-oomd, configured to kill at 20 % of memory pressure, does not act on a runaway that stalls its slice for a minute: it acts only on a cgroup that was scanned in the last 30 s, and here nothing can be reclaimed.',
  control: true,
  bundle: 'devvm-2026-06-22-oomd',
  requires: ['cgroup-v2', 'psi'],
  suite: 'nightly',
  injections: [hog({ name: 'balloon', comm: 'balloon', target: beyondMax, place: { kind: 'session', user: 'bob' } })],
  phases: { ...DEFAULT_PHASES, holdMs: 75_000 },
  expect: { outcomes: ['contained'], killed: 'none', fullStallPercent: 80, sameServer: true },
});
