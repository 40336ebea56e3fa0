import { defineScenario, hog, own } from '../harness/index.js';

export default await defineScenario(import.meta, {
  hypothesis:
    "With 4G of swap in compressed memory (zram), the incident's hog does no harm: what it takes beyond MemoryHigh is swapped, and the server answers.",
  bundle: 'devvm-zram',
  suite: 'full',
  requires: ['cgroup-v2', 'psi', 'zram'],
  injections: [hog({ comm: 'ugrep', target: own('12.35G'), incompressible: 0.35 })],
  phases: { holdMs: 45_000 },
  expect: { outcomes: ['contained'], killed: 'none', sameServer: true },
});
