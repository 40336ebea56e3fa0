import { defineScenario, hog, own } from '../harness/index.js';

export default await defineScenario(import.meta, {
  hypothesis:
    'Without MemoryHigh the same hog swaps only what does not fit below MemoryMax, to a file on the slow disk, and the server answers.',
  bundle: { from: 'devvm-swap-file', set: { MemoryHigh: 'infinity' } },
  suite: 'full',
  injections: [hog({ comm: 'ugrep', target: own('16.5G'), incompressible: 0.35 })],
  phases: { holdMs: 45_000 },
  expect: { outcomes: ['contained'], killed: 'none', highEvents: 0, sameServer: true },
});
