import { whenRunAlone } from '../harness/campaign/alone.js';
import { type Scenario, USUAL_PHASES } from '../harness/drill/scenario.js';
import { hog } from '../harness/inject/memory-hog/hog.js';
import { beyondMax } from '../harness/inject/memory-hog/target.js';

const scenario: Scenario = {
  name: 'many-children',
  hypothesis:
    'Eight children that only together pass MemoryMax are killed one after the other until the rest fits, and nobody else is.',
  control: false,
  bundle: 'devvm',
  requires: ['cgroup-v2', 'psi'],
  suite: 'nightly',
  injections: [hog({ name: 'build', comm: 'cc1plus', target: beyondMax, tasks: 8 })],
  phases: { ...USUAL_PHASES, holdMs: 25_000 },
  expect: { outcomes: ['contained'], killed: 'hog', longestGapMs: 5_000, besideGapMs: 5_000, sameServer: true },
};

export default scenario;
await whenRunAlone(import.meta.url, scenario);
