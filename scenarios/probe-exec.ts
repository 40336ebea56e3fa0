import { defineScenario, hog, total } from '../harness/index.js';

export default await defineScenario(import.meta, {
  hypothesis: 'Without MemoryHigh nginx, asked by a command, answers all the time next to the same hog.',
  bundle: 'nginx-curl',
  suite: 'full',
  injections: [hog({ target: total('3.09G') })],
  phases: { holdMs: 45_000 },
  expect: { outcomes: ['contained'], killed: 'none', highEvents: 0, longestGapMs: 2_000, sameServer: true },
});
