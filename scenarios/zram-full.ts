import { defineScenario, hog, own } from '../harness/index.js';

export default await defineScenario(import.meta, {
  hypothesis:
    'Swap in compressed memory (zram) moves the soft band up by its size, and does not close it: a hog that has filled the 4G and settles above MemoryHigh silences the server without any OOM kill.',
  control: true,
  bundle: 'devvm-zram',
  suite: 'full',
  requires: ['cgroup-v2', 'psi', 'zram'],
  injections: [hog({ comm: 'ugrep', target: own('16.5G'), incompressible: 0.35 })],
  phases: { holdMs: 45_000 },
  expect: { outcomes: ['livelocked'], killed: 'none', sameServer: true },
});
