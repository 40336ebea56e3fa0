import { defineScenario } from '../harness/campaign/define-scenario.js';
import { DEFAULT_PHASES } from '../harness/drill/scenario.js';
import { CREEP, hog } from '../harness/inject/memory-hog/hog.js';
import { beyondMax } from '../harness/inject/memory-hog/target.js';

export default await defineScenario(import.meta, {
  name: 'mieweb-431-brim',
  hypothesis:
    'A container with a hard limit and no soft one, filled almost completely with memory that cannot be reclaimed, answers late or not at all, and nothing is killed before the last page is gone.',
  control: true,
  bundle: 'mieweb-431',
  requires: ['cgroup-v2', 'psi'],
  suite: 'nightly',
  injections: [hog({ name: 'creeper', comm: 'creeper', target: beyondMax, creep: CREEP })],
  phases: { ...DEFAULT_PHASES, holdMs: 25_000 },
  expect: { outcomes: ['degraded'], killed: 'injections', sameServer: true },
});
