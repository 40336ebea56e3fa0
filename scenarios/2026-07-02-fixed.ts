import { defineScenario, hog, total } from '../harness/index.js';

export default await defineScenario(import.meta, {
  hypothesis:
    "Without MemoryHigh the incident's hog does no harm: the server answers throughout and nothing is killed.",
  bundle: 'devvm',
  suite: 'core',
  injections: [hog({ comm: 'ugrep', target: total('12.35G') })],
  phases: { holdMs: 45_000 },
  expect: {
    outcomes: ['contained'],
    killed: 'none',
    highEvents: 0,
    longestGapMs: 2_000,
    sidecarGapMs: 5_000,
    sameServer: true,
  },
});
