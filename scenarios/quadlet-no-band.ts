import { defineScenario, hog, total } from '../harness/index.js';

export default await defineScenario(import.meta, {
  hypothesis: 'Without MemoryHigh= the same quadlet answers all the time next to the same hog.',
  bundle: 'quadlet-redis',
  suite: 'full',
  requires: ['cgroup-v2', 'psi', 'quadlets'],
  injections: [hog({ target: total('3.09G') })],
  phases: { holdMs: 45_000 },
  expect: { outcomes: ['contained'], killed: 'none', highEvents: 0, longestGapMs: 2_000, sameServer: true },
});
