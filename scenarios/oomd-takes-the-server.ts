import { defineScenario } from '../harness/campaign/define-scenario.js';
import { DEFAULT_PHASES } from '../harness/drill/scenario.js';
import { hog } from '../harness/inject/memory-hog/hog.js';
import { total } from '../harness/inject/memory-hog/target.js';

export default await defineScenario(import.meta, {
  name: 'oomd-takes-the-server',
  hypothesis:
    "If the server's own program text can be reclaimed, systemd-oomd does act on the soft band, and kills the whole unit: the server together with the hog.",
  control: true,
  bundle: 'devvm-2026-07-02-oomd',
  requires: ['cgroup-v2', 'psi'],
  suite: 'nightly',
  injections: [hog({ name: 'ugrep', comm: 'ugrep', target: total('12.35G') })],
  phases: { ...DEFAULT_PHASES, holdMs: 45_000 },
  expect: { outcomes: ['unit-stopped'] },
});
