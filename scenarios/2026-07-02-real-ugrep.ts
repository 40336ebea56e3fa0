import { defineScenario, hog, total } from '../harness/index.js';

export default await defineScenario(import.meta, {
  hypothesis:
    'The real culprit, a ugrep in the middle of a match on a line that never ends, silences the server in the soft band as our own hog does.',
  control: true,
  bundle: 'devvm-2026-07-02',
  // ugrep keeps a match that may still continue in memory as a whole.
  injections: [hog({ comm: 'ugrep', target: total('12.35G'), program: ['ugrep', '--count', 'x+'] })],
  phases: { holdMs: 45_000 },
  expect: { outcomes: ['livelocked'], killed: 'none', answersWithinMs: 10_000, sameServer: true },
});
