import { defineScenario } from '../harness/campaign/define-scenario.js';
import { DEFAULT_PHASES } from '../harness/drill/scenario.js';
import { hog } from '../harness/inject/memory-hog/hog.js';
import { total } from '../harness/inject/memory-hog/target.js';

export default await defineScenario(import.meta, {
  name: 'earlyoom-331-blind-to-cgroups',
  hypothesis:
    "earlyoom watches the memory of the whole host and never sees a cgroup's limit: the soft band silences the server just the same.",
  control: true,
  bundle: 'devvm-2026-07-02-earlyoom',
  requires: ['cgroup-v2', 'psi'],
  suite: 'nightly',
  injections: [hog({ name: 'ugrep', comm: 'ugrep', target: total('12.35G') })],
  phases: DEFAULT_PHASES,
  expect: { outcomes: ['livelocked'], killed: 'none', answersWithinMs: 10_000, sameServer: true },
});
