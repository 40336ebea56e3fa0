import { defineScenario, hog, total } from '../harness/index.js';

export default await defineScenario(import.meta, {
  hypothesis:
    "If the server's own program text can be reclaimed, systemd-oomd does act on the soft band, and kills the whole unit: the server together with the hog.",
  control: true,
  bundle: 'devvm-2026-07-02-oomd',
  requires: ['cgroup-v2', 'psi', 'systemd-oomd'],
  injections: [hog({ comm: 'ugrep', target: total('12.35G') })],
  phases: { holdMs: 45_000 },
  expect: { outcomes: ['unit-stopped'], firstKiller: 'systemd-oomd' },
});
