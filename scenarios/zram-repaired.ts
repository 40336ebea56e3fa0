import { defineScenario, hog, own } from '../harness/index.js';

export default await defineScenario(import.meta, {
  hypothesis:
    'Without MemoryHigh the same hog swaps only what does not fit below MemoryMax, to compressed memory (zram), and the server answers.',
  bundle: { from: 'devvm-zram', set: { MemoryHigh: 'infinity' } },
  suite: 'full',
  requires: ['cgroup-v2', 'psi', 'zram'],
  injections: [hog({ comm: 'ugrep', target: own('16.5G'), incompressible: 0.35 })],
  phases: { holdMs: 45_000 },
  expect: { outcomes: ['contained'], killed: 'none', highEvents: 0, sameServer: true },
});
