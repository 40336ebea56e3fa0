import { whenRunAlone } from '../harness/campaign/alone.js';
import { type Scenario, USUAL_PHASES } from '../harness/drill/scenario.js';
import { hog } from '../harness/inject/memory-hog/hog.js';
import { beyondMax } from '../harness/inject/memory-hog/target.js';

const scenario: Scenario = {
  name: '2026-06-10-unit-stopped',
  hypothesis: 'Without OOMPolicy= one child that is killed for memory ends the whole unit, the server with it.',
  control: true,
  bundle: 'devvm-2026-06-10',
  requires: ['cgroup-v2', 'psi'],
  suite: 'nightly',
  injections: [hog({ name: 'runaway', comm: 'runaway', target: beyondMax })],
  phases: { ...USUAL_PHASES, holdMs: 25_000 },
  expect: { outcomes: ['unit-stopped'] },
};

export default scenario;
await whenRunAlone(import.meta.url, scenario);
