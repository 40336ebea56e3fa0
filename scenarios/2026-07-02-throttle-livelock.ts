import { defineScenario } from '../harness/campaign/define-scenario.js';
import { DEFAULT_PHASES } from '../harness/drill/scenario.js';
import { hog } from '../harness/inject/memory-hog/hog.js';
import { total } from '../harness/inject/memory-hog/target.js';

export default await defineScenario(import.meta, {
  name: '2026-07-02-throttle-livelock',
  hypothesis:
    'A hog that settles between MemoryHigh and MemoryMax, with swap forbidden, silences the server in its cgroup without any OOM kill, until the hog is killed by hand.',
  control: true,
  bundle: 'devvm-2026-07-02',
  requires: ['cgroup-v2', 'psi'],
  suite: 'core',
  injections: [hog({ name: 'ugrep', comm: 'ugrep', target: total('12.35G') })],
  phases: DEFAULT_PHASES,
  expect: { outcomes: ['livelocked'], killed: 'none', answersWithinMs: 10_000, sameServer: true },
});
