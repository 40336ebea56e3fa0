import { defineScenario, hog, total } from '../harness/index.js';

export default await defineScenario(import.meta, {
  hypothesis:
    "During the incident's livelock, MemoryHigh=infinity on the running unit lets the server answer within seconds, with the hog still there and without a restart.",
  bundle: 'devvm-2026-07-02',
  injections: [hog({ comm: 'ugrep', target: total('12.35G') })],
  repair: { set: { MemoryHigh: 'infinity' }, stayMs: 15_000 },
  expect: {
    outcomes: ['livelocked'],
    killed: 'none',
    repairedWithinMs: 10_000,
    sameServer: true,
  },
});
