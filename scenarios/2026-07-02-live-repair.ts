import { defineScenario } from '../harness/campaign/define-scenario.js';
import { DEFAULT_PHASES } from '../harness/drill/scenario.js';
import { hog } from '../harness/inject/memory-hog/hog.js';
import { total } from '../harness/inject/memory-hog/target.js';

export default await defineScenario(import.meta, {
  name: '2026-07-02-live-repair',
  hypothesis:
    "During the incident's livelock, MemoryHigh=infinity on the running unit lets the server answer within seconds, with the hog still there and without a restart.",
  control: false,
  bundle: 'devvm-2026-07-02',
  requires: ['cgroup-v2', 'psi'],
  suite: 'nightly',
  injections: [hog({ name: 'ugrep', comm: 'ugrep', target: total('12.35G') })],
  repair: { set: { MemoryHigh: 'infinity' }, stayMs: 15_000 },
  phases: { ...DEFAULT_PHASES, holdMs: 25_000 },
  expect: {
    outcomes: ['livelocked'],
    killed: 'none',
    repairedWithinMs: 10_000,
    sameServer: true,
  },
});
