import { whenRunAlone } from '../harness/campaign/alone.js';
import { type Scenario, USUAL_PHASES } from '../harness/drill/scenario.js';
import { hog } from '../harness/inject/memory-hog/hog.js';
import { total } from '../harness/inject/memory-hog/target.js';

const scenario: Scenario = {
  name: 'earlyoom-331-blind-to-cgroups',
  hypothesis:
    "earlyoom reads the memory of the whole box and never sees a cgroup's limit: beside it the soft band silences the server just the same.",
  control: true,
  bundle: 'devvm-2026-07-02-earlyoom',
  requires: ['cgroup-v2', 'psi'],
  suite: 'nightly',
  injections: [hog({ name: 'ugrep', comm: 'ugrep', target: total('12.35G') })],
  phases: USUAL_PHASES,
  expect: { outcomes: ['livelocked'], killed: 'nobody', answersWithinMs: 10_000, sameServer: true },
};

export default scenario;
await whenRunAlone(import.meta.url, scenario);
