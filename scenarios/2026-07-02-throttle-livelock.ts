import { defineScenario, hog, total } from '../harness/index.js';

export default await defineScenario(import.meta, {
  hypothesis:
    'A hog that settles between MemoryHigh and MemoryMax, with swap forbidden, silences the server in its cgroup without any OOM kill, until the hog is killed by hand.',
  control: true,
  bundle: 'devvm-2026-07-02',
  suite: 'core',
  injections: [hog({ comm: 'ugrep', target: total('12.35G') })],
  phases: { holdMs: 45_000 },
  expect: { outcomes: ['livelocked'], killed: 'none', answersWithinMs: 10_000, sameServer: true },
});
