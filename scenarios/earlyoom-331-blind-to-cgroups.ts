import { defineScenario, hog, total } from '../harness/index.js';

export default await defineScenario(import.meta, {
  hypothesis:
    "earlyoom watches the memory of the whole host and does nothing at a cgroup's limit: the soft band silences the server just the same.",
  control: true,
  bundle: 'devvm-2026-07-02-earlyoom',
  injections: [hog({ comm: 'ugrep', target: total('12.35G') })],
  phases: { holdMs: 45_000 },
  expect: { outcomes: ['livelocked'], killed: 'none', answersWithinMs: 10_000, sameServer: true },
});
